-- A VPS that goes on on another plan: its next subscription began when the one before did, so that what is paid once is.
ALTER TABLE subscription
  ADD COLUMN begun_at DATETIME(6) NULL,
  ADD CONSTRAINT ck_subscription_begun CHECK (begun_at IS NULL OR begun_at <= valid_from);
