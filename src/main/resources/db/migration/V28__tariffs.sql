-- More ways to price: by the hour up to a cap for each month, by packages begun, by volume. Prices that were sold never change.
ALTER TABLE tariff_line
  MODIFY COLUMN model VARCHAR(16) NOT NULL
    CHECK (model IN ('RECURRING', 'HOURLY', 'USAGE', 'PACKAGE', 'TIERED', 'VOLUME', 'ONE_OFF')),
  -- the most that an HOURLY line costs in a calendar month; NULL: no cap
  ADD COLUMN cap_price DECIMAL(24, 12) NULL CHECK (cap_price > 0),
  DROP CONSTRAINT ck_tariff_line_meter,
  ADD CONSTRAINT ck_tariff_line_meter
    CHECK ((model IN ('USAGE', 'PACKAGE', 'TIERED', 'VOLUME')) = (meter IS NOT NULL)),
  ADD CONSTRAINT ck_tariff_line_cap CHECK (cap_price IS NULL OR model = 'HOURLY');

CREATE TRIGGER tariff_line_no_update BEFORE UPDATE ON tariff_line FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a price never changes: sell a new version of the plan';
CREATE TRIGGER tariff_line_no_delete BEFORE DELETE ON tariff_line FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a price is never removed: sell a new version of the plan';
CREATE TRIGGER tariff_tier_no_update BEFORE UPDATE ON tariff_tier FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a price never changes: sell a new version of the plan';
CREATE TRIGGER tariff_tier_no_delete BEFORE DELETE ON tariff_tier FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a price is never removed: sell a new version of the plan';

CREATE TRIGGER tariff_line_not_once_sold BEFORE INSERT ON tariff_line FOR EACH ROW
BEGIN
  IF EXISTS (SELECT 1 FROM subscription WHERE plan_version_id = NEW.plan_version_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a plan version that was sold gets no new price';
  END IF;
END;
CREATE TRIGGER tariff_tier_not_once_sold BEFORE INSERT ON tariff_tier FOR EACH ROW
BEGIN
  IF EXISTS (SELECT 1 FROM subscription WHERE plan_version_id = NEW.plan_version_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a plan version that was sold gets no new price';
  END IF;
END;
