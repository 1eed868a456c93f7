-- Whether fees for time go on while a VPS is suspended. Kept with the period, as its zone is, so that it is computed the same for ever; periods that were
-- opened before this are charged as they were announced.
ALTER TABLE billing_period ADD COLUMN while_suspended VARCHAR(8) NOT NULL DEFAULT 'BILL'
  CHECK (while_suspended IN ('BILL', 'PAUSE'));
CREATE TRIGGER billing_period_while_suspended BEFORE UPDATE ON billing_period FOR EACH ROW
BEGIN
  IF NEW.while_suspended <> OLD.while_suspended THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what a billing period charges while a VPS is suspended never changes';
  END IF;
END;
