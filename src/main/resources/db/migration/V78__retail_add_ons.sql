-- A reseller's own add-ons: prices of its own over an add-on of the house, which gives the same. Its customers pay them beside its plans, and it
-- pays what stands below, as with plans.
ALTER TABLE add_on
  ADD COLUMN owner_id UUID NULL,
  ADD COLUMN wholesale_id UUID NULL,
  ADD CONSTRAINT fk_add_on_owner FOREIGN KEY (owner_id) REFERENCES account (id),
  ADD CONSTRAINT fk_add_on_wholesale FOREIGN KEY (wholesale_id) REFERENCES add_on (id),
  ADD CONSTRAINT ck_add_on_wholesale CHECK ((owner_id IS NULL) = (wholesale_id IS NULL) AND (wholesale_id IS NULL OR wholesale_id <> id));
CREATE TRIGGER add_on_resale BEFORE INSERT ON add_on FOR EACH ROW
BEGIN
  IF NEW.wholesale_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM add_on w WHERE w.id = NEW.wholesale_id AND w.owner_id IS NULL AND w.kind = NEW.kind AND w.meter <=> NEW.meter
        AND w.quantity = NEW.quantity AND w.most >= NEW.most) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a reseller''s add-on gives what one of the house gives';
  END IF;
END;
CREATE TRIGGER add_on_keeps_its_owner BEFORE UPDATE ON add_on FOR EACH ROW
BEGIN
  IF NOT (NEW.owner_id <=> OLD.owner_id AND NEW.wholesale_id <=> OLD.wholesale_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an add-on never changes its owner, nor what it stands on';
  END IF;
END;

ALTER TABLE add_on_version
  ADD COLUMN wholesale_version_id UUID NULL,
  ADD CONSTRAINT fk_add_on_version_wholesale FOREIGN KEY (wholesale_version_id) REFERENCES add_on_version (id);
CREATE TRIGGER add_on_version_resale BEFORE INSERT ON add_on_version FOR EACH ROW
BEGIN
  IF NOT (SELECT o.wholesale_id FROM add_on o WHERE o.id = NEW.add_on_id)
      <=> (SELECT w.add_on_id FROM add_on_version w WHERE w.id = NEW.wholesale_version_id AND w.currency = NEW.currency) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a version of a reseller''s add-on, and no other, stands on one below, in the same currency';
  END IF;
END;

-- passed_on: bought before resellers had prices of add-ons, so that it costs the customer what it costs the reseller, as long as it is had.
ALTER TABLE add_on_subscription ADD COLUMN passed_on BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE add_on_subscription ALTER COLUMN passed_on SET DEFAULT FALSE;
CREATE TRIGGER add_on_subscription_keeps_who_pays BEFORE UPDATE ON add_on_subscription FOR EACH ROW
BEGIN
  IF NEW.passed_on <> OLD.passed_on THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'who pays for an add-on never changes';
  END IF;
END;
-- One price of one thing on one VPS; and nobody buys of a reseller that is not his.
CREATE TRIGGER add_on_subscription_resale BEFORE INSERT ON add_on_subscription FOR EACH ROW
BEGIN
  IF NEW.valid_to IS NULL AND EXISTS (
      SELECT 1 FROM add_on_subscription x JOIN add_on o ON o.id = x.add_on_id JOIN add_on n ON n.id = NEW.add_on_id
      WHERE x.open_vps_id = NEW.vps_id AND COALESCE(o.wholesale_id, o.id) = COALESCE(n.wholesale_id, n.id)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a VPS has the same thing once, at one price';
  END IF;
  IF EXISTS (SELECT 1 FROM add_on n JOIN account a ON a.id = NEW.account_id
             WHERE n.id = NEW.add_on_id AND n.owner_id IS NOT NULL AND NOT n.owner_id <=> a.reseller_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this add-on is another reseller''s';
  END IF;
END;

-- A reseller sells no surplus that it would not pay for.
CREATE TRIGGER tariff_line_resold_surplus BEFORE INSERT ON tariff_line FOR EACH ROW
BEGIN
  IF NEW.meter = 'CPU_SURPLUS' AND EXISTS (
      SELECT 1 FROM plan_version v WHERE v.id = NEW.plan_version_id AND v.wholesale_version_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM tariff_line b WHERE b.surplus_of = v.wholesale_version_id)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the plan below has no price of surplus';
  END IF;
END;
