-- Add-ons: what a VPS can have beside its plan. A version is a price for one unit and month, prorated to the second; it never changes.
-- ADDRESS: one more IPv4 address may be had, and what is paid for are addresses that are there. SNAPSHOT: so many more snapshots.
-- ALLOWANCE: so much more of a meter's base unit a month is covered by the plan's fee. OTHER: what staff do by hand.
CREATE TABLE add_on (
  id       UUID         NOT NULL PRIMARY KEY,
  slug     VARCHAR(40)  NOT NULL UNIQUE,
  name     VARCHAR(80)  NOT NULL CHECK (CHAR_LENGTH(TRIM(name)) > 0),
  summary  VARCHAR(200) NOT NULL,
  kind     VARCHAR(16)  NOT NULL CHECK (kind IN ('ADDRESS', 'SNAPSHOT', 'ALLOWANCE', 'OTHER')),
  meter    VARCHAR(40)  NULL CHECK (meter IN ('CPU_TIME', 'MEMORY', 'VOLUME', 'SNAPSHOT', 'NETWORK_BYTES_SENT', 'NETWORK_BYTES_RECEIVED')),
  -- what one unit gives: addresses, snapshots, or base units of the meter in a month
  quantity DECIMAL(38, 0) NOT NULL CHECK (quantity > 0),
  most     INT          NOT NULL CHECK (most BETWEEN 1 AND 1000),
  position INT          NOT NULL,
  listed   BOOLEAN      NOT NULL,
  CONSTRAINT ck_add_on_meter CHECK ((kind = 'ALLOWANCE') = (meter IS NOT NULL))
);
CREATE TRIGGER add_on_keeps_its_meaning BEFORE UPDATE ON add_on FOR EACH ROW
  -- one statement: a kind that the CHECK refuses, unless only what is shown of it changes
  SET NEW.kind = IF(NEW.id <=> OLD.id AND NEW.slug <=> OLD.slug AND NEW.kind <=> OLD.kind AND NEW.meter <=> OLD.meter
      AND NEW.quantity <=> OLD.quantity, NEW.kind, 'CHANGED');
CREATE TRIGGER add_on_no_delete BEFORE DELETE ON add_on FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an add-on is never removed: take it off the shelf';

CREATE TABLE add_on_version (
  id            UUID            NOT NULL PRIMARY KEY,
  add_on_id     UUID            NOT NULL,
  version       INT             NOT NULL CHECK (version > 0),
  valid_from    DATETIME(6)     NOT NULL,
  currency      CHAR(3)         NOT NULL,
  monthly_price DECIMAL(24, 12) NOT NULL CHECK (monthly_price >= 0),
  setup_price   DECIMAL(24, 12) NOT NULL DEFAULT 0 CHECK (setup_price >= 0),
  CONSTRAINT fk_add_on_version_add_on FOREIGN KEY (add_on_id) REFERENCES add_on (id),
  CONSTRAINT uq_add_on_version UNIQUE (add_on_id, version),
  CONSTRAINT uq_add_on_version_of UNIQUE (add_on_id, id)
);
CREATE TRIGGER add_on_version_no_update BEFORE UPDATE ON add_on_version FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a price never changes: sell a new version of the add-on';
CREATE TRIGGER add_on_version_no_delete BEFORE DELETE ON add_on_version FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a price is never removed: sell a new version of the add-on';

-- How many units of which add-on a VPS had, whose it was, and when. Another number of units is another row. Bills cut it to the VPS' own
-- subscriptions, so a VPS that ends ends its add-ons.
CREATE TABLE add_on_subscription (
  id                UUID        NOT NULL PRIMARY KEY,
  vps_id            UUID        NOT NULL,
  account_id        UUID        NOT NULL,
  add_on_id         UUID        NOT NULL,
  add_on_version_id UUID        NOT NULL,
  units             INT         NOT NULL CHECK (units > 0),
  -- units that are paid a set-up for in this row
  new_units         INT         NOT NULL CHECK (new_units >= 0),
  valid_from        DATETIME(6) NOT NULL,
  valid_to          DATETIME(6) NULL,
  open_vps_id       UUID AS (IF(valid_to IS NULL, vps_id, NULL)) STORED,
  CONSTRAINT fk_add_on_subscription_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_add_on_subscription_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_add_on_subscription_version FOREIGN KEY (add_on_id, add_on_version_id) REFERENCES add_on_version (add_on_id, id),
  CONSTRAINT uq_add_on_subscription_open UNIQUE (open_vps_id, add_on_id),
  CONSTRAINT ck_add_on_subscription_new CHECK (new_units <= units),
  CONSTRAINT ck_add_on_subscription_period CHECK (valid_to IS NULL OR valid_to >= valid_from),
  INDEX ix_add_on_subscription_vps (vps_id, valid_from)
);
CREATE TRIGGER add_on_subscription_only_ends BEFORE UPDATE ON add_on_subscription FOR EACH ROW
  -- one statement: units that the CHECK refuses, unless an open one ends
  SET NEW.units = IF(NEW.id <=> OLD.id AND NEW.vps_id <=> OLD.vps_id AND NEW.account_id <=> OLD.account_id
      AND NEW.add_on_version_id <=> OLD.add_on_version_id AND NEW.units <=> OLD.units AND NEW.new_units <=> OLD.new_units
      AND NEW.valid_from <=> OLD.valid_from AND OLD.valid_to IS NULL, NEW.units, 0);
CREATE TRIGGER add_on_subscription_no_delete BEFORE DELETE ON add_on_subscription FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what a VPS had is never removed';

-- A line of an add-on belongs to the subscription that it was had beside. Within one, each add-on counts its own positions.
ALTER TABLE invoice_line
  ADD COLUMN add_on_subscription_id UUID NULL,
  ADD COLUMN item_id UUID AS (COALESCE(add_on_subscription_id, '00000000-0000-0000-0000-000000000000')) STORED,
  ADD CONSTRAINT fk_invoice_line_add_on FOREIGN KEY (add_on_subscription_id) REFERENCES add_on_subscription (id),
  ADD CONSTRAINT uq_invoice_line_item UNIQUE (subscription_id, tariff_position, item_id, invoice_id),
  DROP CONSTRAINT uq_invoice_line;
