-- What the bank said (ISO 20022 camt.053): each entry is taken once, however often its statement is sent.
CREATE TABLE bank_statement (
  id            UUID         NOT NULL PRIMARY KEY,
  bank_account  VARCHAR(34)  NOT NULL,
  statement_ref VARCHAR(70)  NOT NULL,
  imported_by   VARCHAR(160) NOT NULL,
  imported_at   DATETIME(6)  NOT NULL,
  CONSTRAINT uq_bank_statement UNIQUE (bank_account, statement_ref),
  INDEX ix_bank_statement_imported (imported_at)
);

CREATE TABLE bank_entry (
  bank_account  VARCHAR(34)  NOT NULL,
  -- made of what the bank names the entry by, see Camt053
  entry_key     VARCHAR(80)  NOT NULL,
  statement_id  UUID         NOT NULL,
  booked_on     DATE         NOT NULL,
  incoming      BOOLEAN      NOT NULL,
  currency      CHAR(3)      NOT NULL,
  amount        BIGINT       NOT NULL CHECK (amount >= 0),
  counterparty  VARCHAR(160) NULL,
  counterparty_account VARCHAR(64) NULL,
  reference     VARCHAR(40)  NULL,
  remittance    VARCHAR(700) NULL,
  -- what came in is a payment; what went out is kept for who looks for it
  payment_id    UUID         NULL UNIQUE,
  PRIMARY KEY (bank_account, entry_key),
  CONSTRAINT fk_bank_entry_statement FOREIGN KEY (statement_id) REFERENCES bank_statement (id),
  CONSTRAINT fk_bank_entry_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
  CONSTRAINT ck_bank_entry_payment CHECK (incoming OR payment_id IS NULL)
);
CREATE TRIGGER bank_entry_no_delete BEFORE DELETE ON bank_entry FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what the bank said is never removed';
