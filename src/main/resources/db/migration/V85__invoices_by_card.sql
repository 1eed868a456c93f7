-- From when on a saved card may be charged for an invoice, decided in the transaction that issued it. It is part of the document. Without a row:
-- its document asks for the money to be transferred, and no card is charged by itself.
CREATE TABLE invoice_by_card (
  invoice_id  UUID        NOT NULL PRIMARY KEY,
  charge_from DATETIME(6) NOT NULL,
  CONSTRAINT fk_invoice_by_card_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id)
);
CREATE TRIGGER invoice_by_card_no_update BEFORE UPDATE ON invoice_by_card FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'how an invoice said it is paid never changes';
CREATE TRIGGER invoice_by_card_no_delete BEFORE DELETE ON invoice_by_card FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'how an invoice said it is paid is never removed';
