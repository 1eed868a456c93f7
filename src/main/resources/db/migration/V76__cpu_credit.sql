-- CPU credit: packs of vCPU-seconds, bought once. The set-up price is a pack's price; there is no fee.
ALTER TABLE add_on
  MODIFY COLUMN kind VARCHAR(16) NOT NULL CHECK (kind IN ('ADDRESS', 'SNAPSHOT', 'ALLOWANCE', 'CPU_CREDIT', 'OTHER'));
CREATE TRIGGER add_on_version_pack BEFORE INSERT ON add_on_version FOR EACH ROW
BEGIN
  IF NOT (NEW.monthly_price = 0 AND NEW.setup_price > 0)
      AND (SELECT o.kind FROM add_on o WHERE o.id = NEW.add_on_id) = 'CPU_CREDIT' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a pack of CPU credit is paid once and has no fee';
  END IF;
END;
-- Each purchase is a row that was had for a microsecond: it lies in one billing period and never changes, as no row does that has ended.
CREATE TRIGGER add_on_subscription_pack BEFORE INSERT ON add_on_subscription FOR EACH ROW
BEGIN
  IF (SELECT o.kind FROM add_on o WHERE o.id = NEW.add_on_id) = 'CPU_CREDIT'
      AND NOT (NEW.valid_to <=> NEW.valid_from + INTERVAL 1 MICROSECOND AND NEW.new_units = NEW.units) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'CPU credit is bought at once and never had';
  END IF;
END;
