-- A credit note takes an invoice back, or parts of its lines. It has a number of its own in a series of its own; seller, buyer and
-- tax rate are those of the invoice, which never change.
CREATE TABLE credit_note (
  id          UUID         NOT NULL PRIMARY KEY,
  invoice_id  UUID         NOT NULL,
  account_id  UUID         NOT NULL,
  seller      VARCHAR(40)  NOT NULL,
  series      VARCHAR(20)  NOT NULL,
  number      BIGINT       NOT NULL CHECK (number > 0),
  label       VARCHAR(60)  NOT NULL UNIQUE,
  issued_at   DATETIME(6)  NOT NULL,
  currency    CHAR(3)      NOT NULL,
  net         BIGINT       NOT NULL CHECK (net > 0),
  tax         BIGINT       NOT NULL CHECK (tax >= 0),
  total       BIGINT       NOT NULL,
  tax_basis_points INT     NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
  reason      VARCHAR(500) NOT NULL CHECK (CHAR_LENGTH(TRIM(reason)) > 0),
  issued_by   VARCHAR(160) NOT NULL,
  -- what it took off the open part of the invoice, and what had been paid already and became credit
  reduced     BIGINT       NOT NULL CHECK (reduced >= 0),
  returned    BIGINT       NOT NULL CHECK (returned >= 0),
  CONSTRAINT fk_credit_note_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT fk_credit_note_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT uq_credit_note_number UNIQUE (seller, series, number),
  CONSTRAINT uq_credit_note_invoice UNIQUE (id, invoice_id),
  CONSTRAINT ck_credit_note_total CHECK (total = net + tax),
  CONSTRAINT ck_credit_note_settled CHECK (reduced + returned = total),
  INDEX ix_credit_note_account (account_id, id)
);
CREATE TRIGGER credit_note_no_update BEFORE UPDATE ON credit_note FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a credit note never changes';
CREATE TRIGGER credit_note_no_delete BEFORE DELETE ON credit_note FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a credit note is never removed';

-- All credit notes of an invoice together give back no more than it was over.
CREATE TRIGGER credit_note_within BEFORE INSERT ON credit_note FOR EACH ROW
BEGIN
  DECLARE billed_net BIGINT;
  DECLARE billed_tax BIGINT;
  DECLARE gone_net BIGINT;
  DECLARE gone_tax BIGINT;
  SELECT net, tax INTO billed_net, billed_tax FROM invoice WHERE id = NEW.invoice_id FOR UPDATE;
  SELECT COALESCE(SUM(net), 0), COALESCE(SUM(tax), 0) INTO gone_net, gone_tax
    FROM credit_note WHERE invoice_id = NEW.invoice_id LOCK IN SHARE MODE;
  IF gone_net + NEW.net > billed_net OR gone_tax + NEW.tax > billed_tax THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'more would be credited than the invoice is over';
  END IF;
END;

-- quantity: how many base units of the line it takes back; NULL where an amount was named
CREATE TABLE credit_note_line (
  credit_note_id UUID           NOT NULL,
  n              INT            NOT NULL CHECK (n > 0),
  invoice_id     UUID           NOT NULL,
  line           INT            NOT NULL,
  quantity       DECIMAL(38, 0) NULL,
  amount         BIGINT         NOT NULL CHECK (amount <> 0),
  reason         VARCHAR(200)   NOT NULL,
  PRIMARY KEY (credit_note_id, n),
  CONSTRAINT uq_credit_note_line UNIQUE (credit_note_id, line),
  CONSTRAINT fk_credit_note_line_note FOREIGN KEY (credit_note_id, invoice_id) REFERENCES credit_note (id, invoice_id),
  CONSTRAINT fk_credit_note_line_line FOREIGN KEY (invoice_id, line) REFERENCES invoice_line (invoice_id, n)
);
CREATE TRIGGER credit_note_line_no_update BEFORE UPDATE ON credit_note_line FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a credit note''s line never changes';
CREATE TRIGGER credit_note_line_no_delete BEFORE DELETE ON credit_note_line FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a credit note''s line is never removed';

-- Never more than is left of a line, and in its direction: a discount's line is taken back as a discount.
CREATE TRIGGER credit_note_line_within BEFORE INSERT ON credit_note_line FOR EACH ROW
BEGIN
  DECLARE billed BIGINT;
  DECLARE gone BIGINT;
  SELECT amount INTO billed FROM invoice_line WHERE invoice_id = NEW.invoice_id AND n = NEW.line FOR UPDATE;
  SELECT COALESCE(SUM(amount), 0) INTO gone FROM credit_note_line
    WHERE invoice_id = NEW.invoice_id AND line = NEW.line LOCK IN SHARE MODE;
  IF SIGN(NEW.amount) <> SIGN(billed) OR ABS(gone + NEW.amount) > ABS(billed) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'more would be credited than is left of the line';
  END IF;
END;
