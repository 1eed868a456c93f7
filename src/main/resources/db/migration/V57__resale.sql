-- Resale: one measurement, rated twice. A reseller's plans are prices of its own over versions of the house's plans: its customers are billed by
-- them, and it is billed for the same subscriptions by the version below.
ALTER TABLE plan
  ADD COLUMN owner_id UUID NULL,
  ADD CONSTRAINT fk_plan_owner FOREIGN KEY (owner_id) REFERENCES account (id);
CREATE TRIGGER plan_keeps_its_owner BEFORE UPDATE ON plan FOR EACH ROW
BEGIN
  IF NOT NEW.owner_id <=> OLD.owner_id THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a plan never changes its owner';
  END IF;
END;

ALTER TABLE plan_version
  ADD COLUMN wholesale_version_id UUID NULL,
  ADD CONSTRAINT fk_plan_version_wholesale FOREIGN KEY (wholesale_version_id) REFERENCES plan_version (id),
  ADD CONSTRAINT ck_plan_version_wholesale CHECK (wholesale_version_id IS NULL OR wholesale_version_id <> id);
-- Exactly a reseller's versions have one below, and that is the house's own and in the same currency: one level, no ring.
CREATE TRIGGER plan_version_resale BEFORE INSERT ON plan_version FOR EACH ROW
BEGIN
  IF (SELECT p.owner_id IS NULL FROM plan p WHERE p.id = NEW.plan_id) <> (NEW.wholesale_version_id IS NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a version of a reseller''s plan, and no other, stands on one of the house';
  END IF;
  IF NEW.wholesale_version_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM plan_version w JOIN plan p ON p.id = w.plan_id
      WHERE w.id = NEW.wholesale_version_id AND p.owner_id IS NULL AND w.currency = NEW.currency) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'wholesale prices are the house''s, in the same currency';
  END IF;
END;
CREATE TRIGGER plan_version_keeps_wholesale BEFORE UPDATE ON plan_version FOR EACH ROW
BEGIN
  IF NOT NEW.wholesale_version_id <=> OLD.wholesale_version_id THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was bought below never changes';
  END IF;
END;

-- From when on a reseller is billed for its customers: their billing periods, and its own, that begin at or after it. Without a row the house bills
-- them itself. What was agreed stays: bills can be computed again.
CREATE TABLE wholesale_terms (
  reseller_id UUID         NOT NULL PRIMARY KEY,
  begins_at   DATETIME(6)  NOT NULL,
  decided_by  VARCHAR(160) NOT NULL,
  decided_at  DATETIME(6)  NOT NULL,
  CONSTRAINT fk_wholesale_terms_reseller FOREIGN KEY (reseller_id) REFERENCES account (id)
);
CREATE TRIGGER wholesale_terms_no_update BEFORE UPDATE ON wholesale_terms FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'wholesale terms never change';
CREATE TRIGGER wholesale_terms_no_delete BEFORE DELETE ON wholesale_terms FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'wholesale terms are never removed';

-- A reseller's invoice to its customer is no claim of the house: nothing that we hold pays it, and nobody is reminded of it here.
DROP TRIGGER invoice_has_balance;
CREATE TRIGGER invoice_has_balance AFTER INSERT ON invoice FOR EACH ROW
BEGIN
  IF NOT EXISTS (SELECT 1 FROM account a JOIN wholesale_terms t ON t.reseller_id = a.reseller_id
                 WHERE a.id = NEW.account_id AND t.begins_at <= NEW.period_from) THEN
    INSERT INTO invoice_balance (invoice_id, account_id, currency, issued_at, due_at, total, reference_body)
    VALUES (NEW.id, NEW.account_id, NEW.currency, NEW.issued_at, NEW.due_at, NEW.total,
            LEFT(REGEXP_REPLACE(UPPER(NEW.label), '[^A-Z0-9]', ''), 21));
  END IF;
END;
