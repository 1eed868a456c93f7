-- Payments: what came in, which part of it paid which invoice, and what of each invoice is still open.

-- Where money is: in the bank, with a gateway, held back in a dispute; and what it costs or brings.
ALTER TABLE ledger_account
  DROP CONSTRAINT ck_ledger_account_owner,
  MODIFY COLUMN kind VARCHAR(16) NOT NULL CHECK (kind IN
    ('CREDIT', 'RECEIVABLE', 'REVENUE', 'TAX', 'GRANTS', 'BANK', 'GATEWAY', 'FEES', 'DISPUTED', 'EXPIRED', 'UNMATCHED')),
  ADD CONSTRAINT ck_ledger_account_owner CHECK ((owner = 'house') = (kind NOT IN ('CREDIT', 'RECEIVABLE')));

-- Credit that came in by one transfer, whose id it has, and what is left of it. The sum of what is left is the balance.
CREATE TABLE credit_lot (
  id         UUID        NOT NULL PRIMARY KEY,
  account_id UUID        NOT NULL,
  currency   CHAR(3)     NOT NULL,
  amount     BIGINT      NOT NULL CHECK (amount > 0),
  remaining  BIGINT      NOT NULL,
  -- NULL: never. Money that was paid in never expires.
  expires_at DATETIME(6) NULL,
  created_at DATETIME(6) NOT NULL,
  CONSTRAINT fk_credit_lot_transfer FOREIGN KEY (id) REFERENCES ledger_transfer (id),
  CONSTRAINT ck_credit_lot_remaining CHECK (remaining BETWEEN 0 AND amount),
  INDEX ix_credit_lot_account (account_id, currency, remaining),
  INDEX ix_credit_lot_expiry (expires_at, remaining)
);

-- Which lot a transfer out of credit took its money from.
CREATE TABLE credit_use (
  transfer_id UUID   NOT NULL,
  lot_id      UUID   NOT NULL,
  amount      BIGINT NOT NULL CHECK (amount > 0),
  PRIMARY KEY (transfer_id, lot_id),
  CONSTRAINT fk_credit_use_transfer FOREIGN KEY (transfer_id) REFERENCES ledger_transfer (id),
  CONSTRAINT fk_credit_use_lot FOREIGN KEY (lot_id) REFERENCES credit_lot (id)
);
CREATE TRIGGER credit_use_no_update BEFORE UPDATE ON credit_use FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what credit was used for never changes';
CREATE TRIGGER credit_use_no_delete BEFORE DELETE ON credit_use FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what credit was used for is never removed';

-- What was there before: oldest credit was spent first.
INSERT INTO credit_lot (id, account_id, currency, amount, remaining, expires_at, created_at)
SELECT g.id, g.credit_owner, g.currency, g.amount,
       g.amount - LEAST(g.amount, GREATEST(0, COALESCE(s.spent, 0) - (g.upto - g.amount))), NULL, g.created_at
FROM (SELECT t.*, SUM(t.amount) OVER (PARTITION BY t.credit_owner, t.currency ORDER BY t.id) AS upto
      FROM ledger_transfer t WHERE t.credit_kind = 'CREDIT') g
LEFT JOIN (SELECT debit_owner, currency, SUM(amount) AS spent FROM ledger_transfer WHERE debit_kind = 'CREDIT'
           GROUP BY debit_owner, currency) s ON s.debit_owner = g.credit_owner AND s.currency = g.currency;
INSERT INTO credit_use (transfer_id, lot_id, amount)
SELECT u.id, g.id, LEAST(u.upto, g.upto) - GREATEST(u.upto - u.amount, g.upto - g.amount)
FROM (SELECT t.id, t.debit_owner, t.currency, t.amount,
             SUM(t.amount) OVER (PARTITION BY t.debit_owner, t.currency ORDER BY t.id) AS upto
      FROM ledger_transfer t WHERE t.debit_kind = 'CREDIT') u
JOIN (SELECT t.id, t.credit_owner, t.currency, t.amount,
             SUM(t.amount) OVER (PARTITION BY t.credit_owner, t.currency ORDER BY t.id) AS upto
      FROM ledger_transfer t WHERE t.credit_kind = 'CREDIT') g ON g.credit_owner = u.debit_owner AND g.currency = u.currency
WHERE LEAST(u.upto, g.upto) > GREATEST(u.upto - u.amount, g.upto - g.amount);

-- What of an invoice is open: the row that everybody locks who pays it, takes a payment back or credits it.
CREATE TABLE invoice_balance (
  invoice_id  UUID        NOT NULL PRIMARY KEY,
  account_id  UUID        NOT NULL,
  currency    CHAR(3)     NOT NULL,
  issued_at   DATETIME(6) NOT NULL,
  due_at      DATETIME(6) NOT NULL,
  total       BIGINT      NOT NULL,
  paid        BIGINT      NOT NULL DEFAULT 0 CHECK (paid >= 0),
  -- taken off what was open by credit notes; what they give back of a paid part becomes credit instead
  credited    BIGINT      NOT NULL DEFAULT 0 CHECK (credited >= 0),
  open_amount BIGINT AS (total - paid - credited) STORED,
  -- the invoice's number as it stands in a creditor reference (ISO 11649)
  reference_body VARCHAR(21) NOT NULL,
  CONSTRAINT fk_invoice_balance_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT fk_invoice_balance_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT ck_invoice_balance_open CHECK (paid + credited <= GREATEST(total, 0)),
  INDEX ix_invoice_balance_account (account_id, open_amount),
  INDEX ix_invoice_balance_due (open_amount, due_at),
  INDEX ix_invoice_balance_reference (reference_body)
);
INSERT INTO invoice_balance (invoice_id, account_id, currency, issued_at, due_at, total, paid, credited, reference_body)
SELECT id, account_id, currency, issued_at, due_at, total, IF(state = 'PAID', total, 0), IF(state = 'VOID', total, 0),
       LEFT(REGEXP_REPLACE(UPPER(label), '[^A-Z0-9]', ''), 21) FROM invoice;
CREATE TRIGGER invoice_has_balance AFTER INSERT ON invoice FOR EACH ROW
  INSERT INTO invoice_balance (invoice_id, account_id, currency, issued_at, due_at, total, reference_body)
  VALUES (NEW.id, NEW.account_id, NEW.currency, NEW.issued_at, NEW.due_at, NEW.total,
          LEFT(REGEXP_REPLACE(UPPER(NEW.label), '[^A-Z0-9]', ''), 21));

-- How an account pays: its own creditor reference, and whether credit pays a part of an invoice that it does not cover.
CREATE TABLE payment_account (
  account_id     UUID        NOT NULL PRIMARY KEY,
  reference_body VARCHAR(21) NOT NULL UNIQUE,
  credit_partly  BOOLEAN     NOT NULL DEFAULT FALSE,
  CONSTRAINT fk_payment_account FOREIGN KEY (account_id) REFERENCES account (id)
);

-- Money from outside. CREATED: wanted, nothing sent yet; PENDING: with the payer or the gateway; UNKNOWN: sent, but the
-- answer was lost; UNMATCHED: received, owner not known; RECEIVED: it is the account's credit, as lot_id.
CREATE TABLE payment (
  id          UUID         NOT NULL PRIMARY KEY,
  account_id  UUID         NULL,
  method      VARCHAR(16)  NOT NULL CHECK (method IN ('BANK_TRANSFER', 'STRIPE')),
  state       VARCHAR(16)  NOT NULL CHECK (state IN ('CREATED', 'PENDING', 'UNKNOWN', 'UNMATCHED', 'RECEIVED', 'FAILED')),
  -- NULL: a top-up
  invoice_id  UUID         NULL,
  -- the gateway's or bank's name for it: one thing there is one payment here
  external_id VARCHAR(160) NULL,
  currency    CHAR(3)      NOT NULL,
  amount      BIGINT       NOT NULL CHECK (amount > 0),
  refunded    BIGINT       NOT NULL DEFAULT 0,
  lot_id      UUID         NULL UNIQUE,
  payer_name    VARCHAR(160) NULL,
  payer_account VARCHAR(64)  NULL,
  remittance    VARCHAR(700) NULL,
  -- why it failed, is not matched or not known
  reason      VARCHAR(500) NULL,
  created_by  VARCHAR(160) NOT NULL,
  created_at  DATETIME(6)  NOT NULL,
  received_at DATETIME(6)  NULL,
  attempts    INT          NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_look_at DATETIME(6) NULL,
  CONSTRAINT fk_payment_account_id FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_payment_invoice FOREIGN KEY (invoice_id) REFERENCES invoice_balance (invoice_id),
  CONSTRAINT fk_payment_lot FOREIGN KEY (lot_id) REFERENCES credit_lot (id),
  CONSTRAINT uq_payment_external UNIQUE (method, external_id),
  CONSTRAINT ck_payment_refunded CHECK (refunded BETWEEN 0 AND amount),
  CONSTRAINT ck_payment_lot CHECK ((state = 'RECEIVED') = (lot_id IS NOT NULL)),
  CONSTRAINT ck_payment_owner CHECK ((state = 'UNMATCHED') = (account_id IS NULL)),
  CONSTRAINT ck_payment_received CHECK ((state IN ('UNMATCHED', 'RECEIVED')) = (received_at IS NOT NULL)),
  INDEX ix_payment_account (account_id, id),
  INDEX ix_payment_state (state, next_look_at),
  INDEX ix_payment_payer (payer_account)
);
CREATE TRIGGER payment_no_change BEFORE UPDATE ON payment FOR EACH ROW
  -- one statement: a state that the CHECK refuses, unless what is known of the money stays
  SET NEW.state = IF(NEW.id <=> OLD.id AND NEW.method <=> OLD.method AND NEW.currency <=> OLD.currency
      AND NEW.amount <=> OLD.amount AND NEW.refunded >= 0 AND (OLD.account_id IS NULL OR NEW.account_id <=> OLD.account_id)
      AND (OLD.external_id IS NULL OR NEW.external_id <=> OLD.external_id)
      AND (OLD.lot_id IS NULL OR NEW.lot_id <=> OLD.lot_id)
      AND (OLD.state <> 'RECEIVED' OR NEW.state = 'RECEIVED')
      AND (OLD.state <> 'UNMATCHED' OR NEW.state IN ('UNMATCHED', 'RECEIVED')), NEW.state, 'CHANGED');
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a payment is never removed';

-- Which credit paid how much of which invoice. Taken back only by a dispute that was lost.
CREATE TABLE payment_allocation (
  id          UUID        NOT NULL PRIMARY KEY,
  invoice_id  UUID        NOT NULL,
  lot_id      UUID        NOT NULL,
  amount      BIGINT      NOT NULL CHECK (amount > 0),
  created_at  DATETIME(6) NOT NULL,
  reversed_at DATETIME(6) NULL,
  CONSTRAINT fk_payment_allocation_invoice FOREIGN KEY (invoice_id) REFERENCES invoice_balance (invoice_id),
  CONSTRAINT fk_payment_allocation_lot FOREIGN KEY (lot_id) REFERENCES credit_lot (id),
  INDEX ix_payment_allocation_invoice (invoice_id, id),
  INDEX ix_payment_allocation_lot (lot_id)
);
CREATE TRIGGER payment_allocation_no_update BEFORE UPDATE ON payment_allocation FOR EACH ROW
BEGIN
  IF NOT (NEW.id <=> OLD.id AND NEW.invoice_id <=> OLD.invoice_id AND NEW.lot_id <=> OLD.lot_id
          AND NEW.amount <=> OLD.amount AND NEW.created_at <=> OLD.created_at AND OLD.reversed_at IS NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what a payment paid never changes';
  END IF;
END;
CREATE TRIGGER payment_allocation_no_delete BEFORE DELETE ON payment_allocation FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what a payment paid is never removed';
INSERT INTO payment_allocation (id, invoice_id, lot_id, amount, created_at)
SELECT UUID(), b.invoice_id, u.lot_id, u.amount, t.created_at
FROM ledger_transfer t JOIN credit_use u ON u.transfer_id = t.id
JOIN invoice_balance b ON b.invoice_id = t.source_id
WHERE t.source_type = 'invoice' AND t.step = 'paid-from-credit';
