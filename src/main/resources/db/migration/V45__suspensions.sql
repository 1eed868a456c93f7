-- From when to when a VPS was held back, how and for what cause. Two causes may hold it at the same time: it is suspended while any does.
-- Bills read from here when no service was given; a hold that is open when the subscription ends, ends with it.
CREATE TABLE vps_suspension (
  id          UUID         NOT NULL PRIMARY KEY,
  vps_id      UUID         NOT NULL,
  -- STAFF: staff did it, and only they end it. OVERDUE: the suspension ladder did it, and it ends when nothing overdue is left.
  cause       VARCHAR(16)  NOT NULL CHECK (cause IN ('STAFF', 'OVERDUE')),
  how         VARCHAR(8)   NOT NULL CHECK (how IN ('STOP', 'FREEZE')),
  reason      VARCHAR(500) NOT NULL,
  valid_from  DATETIME(6)  NOT NULL,
  valid_to    DATETIME(6)  NULL,
  begun_by    VARCHAR(160) NOT NULL,
  ended_by    VARCHAR(160) NULL,
  -- at most one open hold for a VPS and cause
  open_hold   VARCHAR(60) AS (IF(valid_to IS NULL, CONCAT(vps_id, '/', cause), NULL)) STORED UNIQUE,
  CONSTRAINT fk_vps_suspension_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT ck_vps_suspension_period CHECK (valid_to IS NULL OR valid_to >= valid_from),
  CONSTRAINT ck_vps_suspension_ended CHECK ((valid_to IS NULL) = (ended_by IS NULL)),
  INDEX ix_vps_suspension (vps_id, valid_from)
);
CREATE TRIGGER vps_suspension_no_update BEFORE UPDATE ON vps_suspension FOR EACH ROW
BEGIN
  IF NOT (NEW.id <=> OLD.id AND NEW.vps_id <=> OLD.vps_id AND NEW.cause <=> OLD.cause AND NEW.how <=> OLD.how
      AND NEW.reason <=> OLD.reason AND NEW.valid_from <=> OLD.valid_from AND NEW.begun_by <=> OLD.begun_by
      AND OLD.valid_to IS NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a suspension never changes but for its end';
  END IF;
END;
CREATE TRIGGER vps_suspension_no_delete BEFORE DELETE ON vps_suspension FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a suspension is never removed';

-- What holds it now, beside reason, time and way: STAFF where both do.
ALTER TABLE vps ADD COLUMN suspended_cause VARCHAR(16) NULL CHECK (suspended_cause IN ('STAFF', 'OVERDUE'));
UPDATE vps SET suspended_cause = 'STAFF' WHERE suspended_at IS NOT NULL;
ALTER TABLE vps ADD CONSTRAINT ck_vps_suspended_cause CHECK ((suspended_cause IS NULL) = (suspended_at IS NULL));
INSERT INTO vps_suspension (id, vps_id, cause, how, reason, valid_from, begun_by)
  SELECT UUID(), id, 'STAFF', suspended_how, suspended_reason, suspended_at, 'system:migration'
  FROM vps WHERE suspended_at IS NOT NULL;
