-- The suspension ladder. A case is what is done about an account's overdue invoices, from the first that was not paid in time until none is left.

-- A ladder that cases rest on never changes: another one is a new version.
CREATE TABLE dunning_policy (
  id          UUID          NOT NULL PRIMARY KEY,
  seller      VARCHAR(40)   NOT NULL,
  version     INT           NOT NULL CHECK (version > 0),
  rungs       VARCHAR(1000) NOT NULL,
  created_at  DATETIME(6)   NOT NULL,
  CONSTRAINT uq_dunning_policy UNIQUE (seller, version)
);
CREATE TRIGGER dunning_policy_no_update BEFORE UPDATE ON dunning_policy FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ladder never changes: make a new version';
CREATE TRIGGER dunning_policy_no_delete BEFORE DELETE ON dunning_policy FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ladder is never removed';

-- OPEN: something is overdue. RESUMING: nothing is, and what was held back is let go. CLOSED: its nodes have shown it.
CREATE TABLE dunning_case (
  id          UUID         NOT NULL PRIMARY KEY,
  account_id  UUID         NOT NULL,
  policy_id   UUID         NOT NULL,
  state       VARCHAR(16)  NOT NULL CHECK (state IN ('OPEN', 'RESUMING', 'CLOSED')),
  opened_at   DATETIME(6)  NOT NULL,
  settled_at  DATETIME(6)  NULL,
  closed_at   DATETIME(6)  NULL,
  next_look_at DATETIME(6) NOT NULL,
  attempts    INT          NOT NULL DEFAULT 0,
  -- why the last look did not do all it should; shown to staff
  failure     VARCHAR(500) NULL,
  open_account_id UUID AS (IF(state = 'OPEN', account_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_dunning_case_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_dunning_case_policy FOREIGN KEY (policy_id) REFERENCES dunning_policy (id),
  CONSTRAINT ck_dunning_case_settled CHECK ((state = 'OPEN') = (settled_at IS NULL)),
  CONSTRAINT ck_dunning_case_closed CHECK ((state = 'CLOSED') = (closed_at IS NOT NULL)),
  INDEX ix_dunning_case_due (state, next_look_at),
  INDEX ix_dunning_case_account (account_id, opened_at)
);

-- An invoice gets each reminder once, whatever happens.
CREATE TABLE dunning_reminder (
  invoice_id  UUID         NOT NULL,
  number      INT          NOT NULL CHECK (number > 0),
  case_id     UUID         NOT NULL,
  sent_at     DATETIME(6)  NOT NULL,
  PRIMARY KEY (invoice_id, number),
  CONSTRAINT fk_dunning_reminder_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT fk_dunning_reminder_case FOREIGN KEY (case_id) REFERENCES dunning_case (id)
);

-- Where a run stopped and asks staff. BREAKER: too many at once, or payments may be missing. DELETION: disks would be given up.
CREATE TABLE dunning_stop (
  id          UUID         NOT NULL PRIMARY KEY,
  kind        VARCHAR(16)  NOT NULL CHECK (kind IN ('BREAKER', 'DELETION')),
  state       VARCHAR(16)  NOT NULL CHECK (state IN ('WAITING', 'APPROVED', 'REFUSED')),
  cause       VARCHAR(500) NOT NULL,
  opened_at   DATETIME(6)  NOT NULL,
  decided_at  DATETIME(6)  NULL,
  decided_by  VARCHAR(160) NULL,
  reason      VARCHAR(500) NULL,
  -- one question of a kind at a time
  waiting_kind VARCHAR(16) AS (IF(state = 'WAITING', kind, NULL)) STORED UNIQUE,
  CONSTRAINT ck_dunning_stop_decided CHECK ((state = 'WAITING') = (decided_at IS NULL)
    AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_by IS NULL) = (reason IS NULL))
);

-- A step that hurts, in the life of a case: announced, ready (its time has come), released (by the rule or by staff), done (every VPS is told).
CREATE TABLE dunning_step (
  id          UUID         NOT NULL PRIMARY KEY,
  case_id     UUID         NOT NULL,
  step        VARCHAR(16)  NOT NULL CHECK (step IN ('LIMIT', 'FREEZE', 'STOP', 'ARCHIVE', 'DELETE')),
  -- whose being overdue it is done for
  invoice_id  UUID         NOT NULL,
  announced_at  DATETIME(6) NOT NULL,
  announced_for DATETIME(6) NOT NULL,
  ready_at    DATETIME(6)  NULL,
  stop_id     UUID         NULL,
  released_at DATETIME(6)  NULL,
  released_by VARCHAR(160) NULL,
  done_at     DATETIME(6)  NULL,
  CONSTRAINT fk_dunning_step_case FOREIGN KEY (case_id) REFERENCES dunning_case (id),
  CONSTRAINT fk_dunning_step_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT fk_dunning_step_stop FOREIGN KEY (stop_id) REFERENCES dunning_stop (id),
  CONSTRAINT uq_dunning_step UNIQUE (case_id, step),
  CONSTRAINT ck_dunning_step_notice CHECK (announced_for >= announced_at + INTERVAL 7 DAY),
  CONSTRAINT ck_dunning_step_ready CHECK (ready_at IS NULL OR ready_at >= announced_for),
  CONSTRAINT ck_dunning_step_released CHECK ((released_at IS NULL) = (released_by IS NULL)
    AND (released_at IS NULL OR ready_at IS NOT NULL)),
  CONSTRAINT ck_dunning_step_done CHECK (done_at IS NULL OR released_at IS NOT NULL),
  INDEX ix_dunning_step_released (released_at)
);
CREATE TRIGGER dunning_step_order BEFORE UPDATE ON dunning_step FOR EACH ROW
BEGIN
  -- what was not stopped is neither archived nor deleted
  IF NEW.step IN ('ARCHIVE', 'DELETE') AND NEW.released_at IS NOT NULL AND OLD.released_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM dunning_step s WHERE s.case_id = NEW.case_id AND s.step = 'STOP' AND s.done_at IS NOT NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'nothing is deleted that was not stopped before';
  END IF;
  IF OLD.done_at IS NOT NULL THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a step that was done never changes';
  END IF;
END;

-- What a step, or its being undone, did to which VPS.
CREATE TABLE dunning_effect (
  case_id      UUID        NOT NULL,
  vps_id       UUID        NOT NULL,
  step         VARCHAR(16) NOT NULL CHECK (step IN ('LIMIT', 'FREEZE', 'STOP', 'ARCHIVE', 'DELETE', 'RESUME')),
  operation_id UUID        NULL,
  at           DATETIME(6) NOT NULL,
  PRIMARY KEY (case_id, vps_id, step),
  CONSTRAINT fk_dunning_effect_case FOREIGN KEY (case_id) REFERENCES dunning_case (id),
  CONSTRAINT fk_dunning_effect_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_dunning_effect_operation FOREIGN KEY (operation_id) REFERENCES operation (id)
);

-- Until when nothing is done. A customer promises once in a case; staff as often as they like.
CREATE TABLE dunning_hold (
  id          UUID         NOT NULL PRIMARY KEY,
  case_id     UUID         NOT NULL,
  kind        VARCHAR(16)  NOT NULL CHECK (kind IN ('PROMISE', 'STAFF')),
  held_until  DATETIME(6)  NOT NULL,
  reason      VARCHAR(500) NOT NULL,
  created_by  VARCHAR(160) NOT NULL,
  created_at  DATETIME(6)  NOT NULL,
  promise_case_id UUID AS (IF(kind = 'PROMISE', case_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_dunning_hold_case FOREIGN KEY (case_id) REFERENCES dunning_case (id),
  CONSTRAINT ck_dunning_hold_until CHECK (held_until > created_at)
);

-- What an account was told, word for word; the portal shows it.
CREATE TABLE dunning_notice (
  id          UUID          NOT NULL PRIMARY KEY,
  account_id  UUID          NOT NULL,
  case_id     UUID          NOT NULL,
  subject     VARCHAR(200)  NOT NULL,
  body        VARCHAR(4000) NOT NULL,
  created_at  DATETIME(6)   NOT NULL,
  CONSTRAINT fk_dunning_notice_case FOREIGN KEY (case_id) REFERENCES dunning_case (id),
  INDEX ix_dunning_notice_account (account_id, id)
);

-- One row that a run locks while it counts how many accounts it would take: replicas do not count apart from each other.
CREATE TABLE dunning_gate (
  id TINYINT NOT NULL PRIMARY KEY CHECK (id = 1)
);
INSERT INTO dunning_gate (id) VALUES (1);

-- A VPS that gets less than its plan says, from when to when. The node is told the lower of both.
CREATE TABLE vps_limit_override (
  id          UUID         NOT NULL PRIMARY KEY,
  vps_id      UUID         NOT NULL,
  percent     INT          NOT NULL CHECK (percent BETWEEN 1 AND 100),
  reason      VARCHAR(500) NOT NULL,
  valid_from  DATETIME(6)  NOT NULL,
  valid_to    DATETIME(6)  NULL,
  open_vps_id UUID AS (IF(valid_to IS NULL, vps_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_vps_limit_override_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT ck_vps_limit_override_period CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
