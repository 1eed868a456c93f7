-- An invoice is in the name of whose money it is: of the reseller for a customer's period that begins under its wholesale terms, of the house
-- for every other.
CREATE TRIGGER invoice_names_its_seller BEFORE INSERT ON invoice FOR EACH ROW
BEGIN
  IF NOT (SELECT s.account_id FROM seller s WHERE s.seller_key = NEW.seller)
      <=> (SELECT IF(t.begins_at <= NEW.period_from, t.reseller_id, NULL) FROM account a
           LEFT JOIN wholesale_terms t ON t.reseller_id = a.reseller_id WHERE a.id = NEW.account_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice is in the name of whose money it is';
  END IF;
END;

-- Terms without somebody who issues the customers' invoices would leave them without any.
ALTER TABLE wholesale_terms
  ADD CONSTRAINT fk_wholesale_terms_seller FOREIGN KEY (reseller_id) REFERENCES seller (account_id);
