-- Charging a saved card by itself when an invoice is due. Off until the account has agreed.
ALTER TABLE payment_account
  ADD COLUMN charge_agreed_at DATETIME(6)  NULL,
  ADD COLUMN charge_agreed_by VARCHAR(160) NULL,
  ADD CONSTRAINT ck_payment_account_agreed CHECK ((charge_agreed_at IS NULL) = (charge_agreed_by IS NULL));

-- An invoice whose mail said that it will be charged, when and how much at most. There is no charge without it.
CREATE TABLE invoice_charge (
  invoice_id UUID        NOT NULL PRIMARY KEY,
  account_id UUID        NOT NULL,
  most       BIGINT      NOT NULL CHECK (most > 0),
  told_at    DATETIME(6) NOT NULL,
  attempts   INT         NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 3),
  -- NULL: nothing more is tried
  next_at    DATETIME(6) NULL,
  CONSTRAINT fk_invoice_charge_invoice FOREIGN KEY (invoice_id) REFERENCES invoice_balance (invoice_id),
  CONSTRAINT fk_invoice_charge_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT ck_invoice_charge_notice CHECK (next_at IS NULL OR next_at >= told_at + INTERVAL 1 DAY),
  INDEX ix_invoice_charge_due (next_at),
  INDEX ix_invoice_charge_account (account_id, next_at)
);

-- What was tried: three times at most, on different days, each as one payment, whose id the gateway gets as idempotency key. The
-- row is committed with the payment's, before anything is sent.
CREATE TABLE card_charge (
  invoice_id UUID NOT NULL,
  attempt    INT  NOT NULL CHECK (attempt BETWEEN 1 AND 3),
  payment_id UUID NOT NULL UNIQUE,
  charged_on DATE NOT NULL,
  PRIMARY KEY (invoice_id, attempt),
  CONSTRAINT uq_card_charge_day UNIQUE (invoice_id, charged_on),
  CONSTRAINT fk_card_charge_invoice FOREIGN KEY (invoice_id) REFERENCES invoice_charge (invoice_id),
  CONSTRAINT fk_card_charge_payment FOREIGN KEY (payment_id) REFERENCES payment (id)
);
CREATE TRIGGER card_charge_no_update BEFORE UPDATE ON card_charge FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was tried never changes';
CREATE TRIGGER card_charge_no_delete BEFORE DELETE ON card_charge FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was tried is never removed';
