-- Coupons: a share or an amount less, for so many billing periods or for ever. What one says never changes; it can end earlier.
CREATE TABLE coupon (
  id              UUID         NOT NULL PRIMARY KEY,
  code            VARCHAR(40)  NOT NULL UNIQUE CHECK (code REGEXP '^[A-Z0-9][A-Z0-9-]*$'),
  label           VARCHAR(80)  NOT NULL CHECK (CHAR_LENGTH(TRIM(label)) > 0),
  basis_points    INT          NULL CHECK (basis_points BETWEEN 1 AND 10000),
  -- minor units, of each period
  amount          BIGINT       NULL CHECK (amount > 0),
  currency        CHAR(3)      NULL,
  periods         INT          NULL CHECK (periods BETWEEN 1 AND 1200),
  new_accounts    BOOLEAN      NOT NULL,
  valid_from      DATETIME(6)  NOT NULL,
  valid_to        DATETIME(6)  NULL,
  max_redemptions INT          NULL CHECK (max_redemptions > 0),
  redeemed        INT          NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
  created_by      VARCHAR(160) NOT NULL,
  created_at      DATETIME(6)  NOT NULL,
  CONSTRAINT ck_coupon_one CHECK ((basis_points IS NULL) <> (amount IS NULL)),
  CONSTRAINT ck_coupon_currency CHECK ((amount IS NULL) = (currency IS NULL)),
  -- one redemption too many breaks the row, however many come at once
  CONSTRAINT ck_coupon_redeemed CHECK (max_redemptions IS NULL OR redeemed <= max_redemptions)
);
CREATE TRIGGER coupon_keeps_its_word BEFORE UPDATE ON coupon FOR EACH ROW
  -- one statement: a label that the CHECK refuses, unless only its end and its count change
  SET NEW.label = IF(NEW.id <=> OLD.id AND NEW.code <=> OLD.code AND NEW.basis_points <=> OLD.basis_points
      AND NEW.amount <=> OLD.amount AND NEW.currency <=> OLD.currency AND NEW.periods <=> OLD.periods
      AND NEW.new_accounts <=> OLD.new_accounts AND NEW.redeemed >= OLD.redeemed, NEW.label, '');

-- What it is for; without a row in either, everything.
CREATE TABLE coupon_plan (
  coupon_id UUID NOT NULL,
  plan_id   UUID NOT NULL,
  PRIMARY KEY (coupon_id, plan_id),
  CONSTRAINT fk_coupon_plan_coupon FOREIGN KEY (coupon_id) REFERENCES coupon (id),
  CONSTRAINT fk_coupon_plan_plan FOREIGN KEY (plan_id) REFERENCES plan (id)
);
CREATE TABLE coupon_add_on (
  coupon_id UUID NOT NULL,
  add_on_id UUID NOT NULL,
  PRIMARY KEY (coupon_id, add_on_id),
  CONSTRAINT fk_coupon_add_on_coupon FOREIGN KEY (coupon_id) REFERENCES coupon (id),
  CONSTRAINT fk_coupon_add_on_add_on FOREIGN KEY (add_on_id) REFERENCES add_on (id)
);

-- Whose bills it makes smaller: those of billing periods that begin at or after applies_from and before applies_until.
CREATE TABLE coupon_redemption (
  id            UUID         NOT NULL PRIMARY KEY,
  coupon_id     UUID         NOT NULL,
  account_id    UUID         NOT NULL,
  redeemed_by   VARCHAR(160) NOT NULL,
  redeemed_at   DATETIME(6)  NOT NULL,
  applies_from  DATETIME(6)  NOT NULL,
  applies_until DATETIME(6)  NULL,
  CONSTRAINT fk_coupon_redemption_coupon FOREIGN KEY (coupon_id) REFERENCES coupon (id),
  CONSTRAINT fk_coupon_redemption_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT uq_coupon_redemption UNIQUE (coupon_id, account_id),
  CONSTRAINT ck_coupon_redemption_period CHECK (applies_until IS NULL OR applies_until > applies_from),
  INDEX ix_coupon_redemption_account (account_id, applies_from)
);
CREATE TRIGGER coupon_redemption_no_update BEFORE UPDATE ON coupon_redemption FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a redemption never changes';
CREATE TRIGGER coupon_redemption_no_delete BEFORE DELETE ON coupon_redemption FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a redemption is never removed';

-- A discount is a line of its own, below zero or nothing, that names the line it makes smaller and belongs to the same subscription.
ALTER TABLE invoice_line
  ADD COLUMN coupon_redemption_id UUID NULL,
  ADD COLUMN discounts_line INT NULL,
  ADD COLUMN discount_id UUID AS (COALESCE(coupon_redemption_id, '00000000-0000-0000-0000-000000000000')) STORED,
  ADD CONSTRAINT fk_invoice_line_redemption FOREIGN KEY (coupon_redemption_id) REFERENCES coupon_redemption (id),
  ADD CONSTRAINT fk_invoice_line_discounts FOREIGN KEY (invoice_id, discounts_line) REFERENCES invoice_line (invoice_id, n),
  ADD CONSTRAINT ck_invoice_line_discount CHECK ((coupon_redemption_id IS NULL) = (discounts_line IS NULL)),
  ADD CONSTRAINT ck_invoice_line_below CHECK (coupon_redemption_id IS NULL OR amount <= 0 AND discounts_line < n),
  ADD CONSTRAINT uq_invoice_line_one UNIQUE (subscription_id, tariff_position, item_id, discount_id, invoice_id),
  DROP CONSTRAINT uq_invoice_line_item;
