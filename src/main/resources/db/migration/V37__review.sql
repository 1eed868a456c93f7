-- REVIEW: over and computed, and staff look at it before it gets a number. The draft is still computed each time; review_net is the sum
-- that staff see, and an approval holds for that sum only.
ALTER TABLE billing_period
  MODIFY COLUMN state VARCHAR(16) NOT NULL DEFAULT 'OPEN'
    CHECK (state IN ('OPEN', 'PARKED', 'REVIEW', 'INVOICED', 'NOTHING_DUE')),
  DROP CONSTRAINT ck_billing_period_reason,
  ADD CONSTRAINT ck_billing_period_reason CHECK ((state IN ('PARKED', 'REVIEW')) = (reason IS NOT NULL)),
  ADD COLUMN review_net   BIGINT       NULL,
  ADD COLUMN review_since DATETIME(6)  NULL,
  -- when it is invoiced without an answer; NULL: never
  ADD COLUMN review_until DATETIME(6)  NULL,
  ADD COLUMN approved_net BIGINT       NULL,
  ADD COLUMN approved_by  VARCHAR(160) NULL,
  -- staff want to see it before it is invoiced, whatever the rule says
  ADD COLUMN held_by      VARCHAR(160) NULL,
  ADD COLUMN held_because VARCHAR(500) NULL,
  ADD CONSTRAINT ck_billing_period_review CHECK (state <> 'REVIEW' OR (review_net IS NOT NULL AND review_since IS NOT NULL)),
  ADD CONSTRAINT ck_billing_period_approved CHECK ((approved_net IS NULL) = (approved_by IS NULL)),
  ADD CONSTRAINT ck_billing_period_held CHECK ((held_by IS NULL) = (held_because IS NULL)),
  ADD CONSTRAINT ck_billing_period_one_answer CHECK (held_by IS NULL OR approved_by IS NULL);
