-- Surplus: CPU time beyond the bank, paid afterwards, up to an amount of money that the customer sets. No row: none.
-- What a node is told is an amount of CPU time counted from the creation of the context; NULL for none.
ALTER TABLE vps
  ADD COLUMN cpu_surplus_limit_micros BIGINT NULL CHECK (cpu_surplus_limit_micros >= 0);

-- The cap for each billing period, and when it was in force. Another cap is another row.
CREATE TABLE cpu_surplus_cap (
  id          UUID         NOT NULL PRIMARY KEY,
  vps_id      UUID         NOT NULL,
  account_id  UUID         NOT NULL,
  -- in the currency's smallest unit
  monthly_cap BIGINT       NOT NULL CHECK (monthly_cap > 0),
  currency    CHAR(3)      NOT NULL,
  decided_by  VARCHAR(160) NOT NULL,
  valid_from  DATETIME(6)  NOT NULL,
  valid_to    DATETIME(6)  NULL,
  open_vps_id UUID AS (IF(valid_to IS NULL, vps_id, NULL)) STORED,
  CONSTRAINT fk_cpu_surplus_cap_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_cpu_surplus_cap_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT uq_cpu_surplus_cap_open UNIQUE (open_vps_id),
  CONSTRAINT ck_cpu_surplus_cap_period CHECK (valid_to IS NULL OR valid_to >= valid_from),
  INDEX ix_cpu_surplus_cap_vps (vps_id, valid_from)
);
CREATE TRIGGER cpu_surplus_cap_only_ends BEFORE UPDATE ON cpu_surplus_cap FOR EACH ROW
BEGIN
  IF NOT (NEW.id <=> OLD.id AND NEW.vps_id <=> OLD.vps_id AND NEW.account_id <=> OLD.account_id
      AND NEW.monthly_cap <=> OLD.monthly_cap AND NEW.currency <=> OLD.currency AND NEW.decided_by <=> OLD.decided_by
      AND NEW.valid_from <=> OLD.valid_from AND OLD.valid_to IS NULL AND NEW.valid_to IS NOT NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a cap only ends: another one is another row';
  END IF;
END;
CREATE TRIGGER cpu_surplus_cap_no_delete BEFORE DELETE ON cpu_surplus_cap FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what a customer decided is never removed';

-- What nodes were told, and from what it was computed.
CREATE TABLE cpu_surplus_limit (
  id              UUID        NOT NULL PRIMARY KEY,
  vps_id          UUID        NOT NULL,
  cap_id          UUID        NULL,
  -- the subscription that the price is of, and the end of the billing period; NULL where surplus ended
  subscription_id UUID        NULL,
  period_to       DATETIME(6) NULL,
  -- surplus that was measured before, and what may be added to it
  measured_micros BIGINT      NOT NULL CHECK (measured_micros >= 0),
  granted_micros  BIGINT      NOT NULL CHECK (granted_micros >= 0),
  -- whether the reading is known from which the period is counted; until then less may be granted, never more
  settled         BOOLEAN     NOT NULL,
  made_at         DATETIME(6) NOT NULL,
  CONSTRAINT fk_cpu_surplus_limit_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_cpu_surplus_limit_cap FOREIGN KEY (cap_id) REFERENCES cpu_surplus_cap (id),
  CONSTRAINT fk_cpu_surplus_limit_subscription FOREIGN KEY (subscription_id) REFERENCES subscription (id),
  CONSTRAINT ck_cpu_surplus_limit_none CHECK ((cap_id IS NULL) = (subscription_id IS NULL) AND (cap_id IS NULL) = (period_to IS NULL)
    AND (cap_id IS NOT NULL OR granted_micros = 0)),
  INDEX ix_cpu_surplus_limit_vps (vps_id, made_at)
);
CREATE TRIGGER cpu_surplus_limit_no_update BEFORE UPDATE ON cpu_surplus_limit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what a node was told never changes';
CREATE TRIGGER cpu_surplus_limit_no_delete BEFORE DELETE ON cpu_surplus_limit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what a node was told is never removed';
