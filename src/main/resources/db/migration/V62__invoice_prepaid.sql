-- What of an invoice was paid in the transaction that issued it. It is part of the document; what is paid later is not. Without a row: nothing.
CREATE TABLE invoice_prepaid (
  invoice_id UUID   NOT NULL PRIMARY KEY,
  amount     BIGINT NOT NULL CHECK (amount > 0),
  CONSTRAINT fk_invoice_prepaid_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id)
);
INSERT INTO invoice_prepaid (invoice_id, amount)
  SELECT id, total FROM invoice
  WHERE state = 'PAID' AND total > 0 AND TIMESTAMPDIFF(MICROSECOND, issued_at, paid_at) < 1000000;
CREATE TRIGGER invoice_prepaid_no_update BEFORE UPDATE ON invoice_prepaid FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was paid when an invoice was issued never changes';
CREATE TRIGGER invoice_prepaid_no_delete BEFORE DELETE ON invoice_prepaid FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was paid when an invoice was issued is never removed';
