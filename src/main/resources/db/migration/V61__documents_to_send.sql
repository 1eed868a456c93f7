-- What was issued and is to be told by mail, whoever issued it: the trigger runs in the transaction that does. Invoices from before are not told.
CREATE TABLE document_to_send (
  document_id UUID        NOT NULL PRIMARY KEY,
  kind        VARCHAR(16) NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
  issued_at   DATETIME(6) NOT NULL,
  attempts    INT         NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- NULL: given up, staff look at it
  next_attempt_at DATETIME(6) NULL,
  INDEX ix_document_to_send_due (next_attempt_at)
);
CREATE TRIGGER invoice_is_to_be_sent AFTER INSERT ON invoice FOR EACH ROW
  INSERT INTO document_to_send (document_id, kind, issued_at, next_attempt_at)
    VALUES (NEW.id, 'INVOICE', NEW.issued_at, NEW.issued_at);
