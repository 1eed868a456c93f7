-- What was known when a bill was computed, of a VPS on a node whose readings had not passed the end of the billed time. A bill computed again looks no
-- further; everything that is not named here was complete, and no reading that comes later changes it.
CREATE TABLE period_horizon (
  -- the period whose bill was computed
  period_id   UUID    NOT NULL,
  -- the period whose time was looked at: the same one, or an earlier one that is corrected by it
  of_period   UUID    NOT NULL,
  vps_id      UUID    NOT NULL,
  node_id     UUID    NOT NULL,
  -- the newest reading that was looked at; 0: there was none
  seq         BIGINT  NOT NULL CHECK (seq >= 0),
  -- readings have passed the end: nothing more can come
  complete    BOOLEAN NOT NULL,
  PRIMARY KEY (period_id, of_period, vps_id, node_id),
  CONSTRAINT fk_period_horizon_period FOREIGN KEY (period_id) REFERENCES billing_period (id),
  CONSTRAINT fk_period_horizon_of FOREIGN KEY (of_period) REFERENCES billing_period (id),
  CONSTRAINT fk_period_horizon_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_period_horizon_node FOREIGN KEY (node_id) REFERENCES node (id),
  -- what was complete at once needs no row
  CONSTRAINT ck_period_horizon_own CHECK (period_id <> of_period OR NOT complete),
  INDEX ix_period_horizon_of (of_period)
);
CREATE TRIGGER period_horizon_no_update BEFORE UPDATE ON period_horizon FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was known when a bill was computed never changes';
CREATE TRIGGER period_horizon_no_delete BEFORE DELETE ON period_horizon FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was known when a bill was computed is never removed';

-- A correction is a line of a later bill, for the time of an earlier one; below zero where less is due than was charged.
ALTER TABLE invoice_line
  ADD COLUMN corrects_period UUID NULL,
  ADD COLUMN corrects_line   INT  NULL,
  ADD COLUMN corrects_id UUID AS (COALESCE(corrects_period, '00000000-0000-0000-0000-000000000000')) STORED,
  ADD CONSTRAINT fk_invoice_line_corrects FOREIGN KEY (corrects_period) REFERENCES billing_period (id),
  ADD CONSTRAINT fk_invoice_line_corrected FOREIGN KEY (corrects_period, corrects_line) REFERENCES invoice_line (invoice_id, n),
  ADD CONSTRAINT ck_invoice_line_correction CHECK ((model = 'CORRECTION') = (corrects_period IS NOT NULL)),
  ADD CONSTRAINT ck_invoice_line_later CHECK (corrects_period IS NULL OR corrects_period <> invoice_id),
  DROP CONSTRAINT ck_invoice_line_discount,
  ADD CONSTRAINT ck_invoice_line_discount
    CHECK ((coupon_redemption_id IS NULL) = (discounts_line IS NULL) OR (corrects_period IS NOT NULL AND discounts_line IS NULL)),
  DROP CONSTRAINT ck_invoice_line_below,
  ADD CONSTRAINT ck_invoice_line_below
    CHECK (coupon_redemption_id IS NULL OR corrects_period IS NOT NULL OR (amount <= 0 AND discounts_line < n)),
  ADD CONSTRAINT uq_invoice_line_each UNIQUE (subscription_id, tariff_position, item_id, discount_id, corrects_id, invoice_id),
  DROP CONSTRAINT uq_invoice_line_one;
-- What was counted when the earlier bill was computed; it is taken off what is counted now.
ALTER TABLE rated_interval ADD COLUMN taken_off BOOLEAN NOT NULL DEFAULT FALSE;
