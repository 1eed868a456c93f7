-- What tokens said of a person when they were last here. Facts name subjects, which never change; this gives them a name.
CREATE TABLE person (
  subject VARCHAR(160) NOT NULL PRIMARY KEY,
  name    VARCHAR(120) NOT NULL,
  email   VARCHAR(254) NOT NULL,
  staff   BOOLEAN      NOT NULL,
  seen_at DATETIME(6)  NOT NULL
);

-- The request that asked for it: what support finds in the logs.
ALTER TABLE operation ADD COLUMN trace_id CHAR(32) NULL;

-- Staff settled that a parked period is billed as far as it was measured.
ALTER TABLE billing_period
  ADD COLUMN released_at DATETIME(6) NULL,
  ADD COLUMN released_by VARCHAR(160) NULL,
  ADD COLUMN released_because VARCHAR(500) NULL,
  ADD CONSTRAINT ck_billing_period_released
    CHECK ((released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (released_because IS NULL));
