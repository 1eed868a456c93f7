-- Runs of billing as staff see them, and the ledger by time.

CREATE INDEX ix_ledger_transfer_time ON ledger_transfer (created_at, id);

-- A run of one replica. Its counts grow in the transactions that do what they count, so that they are right after a crash too.
CREATE TABLE bill_run (
  id          UUID         NOT NULL PRIMARY KEY,
  replica     VARCHAR(80)  NOT NULL,
  started_at  DATETIME(6)  NOT NULL,
  finished_at DATETIME(6)  NULL,
  invoiced    INT          NOT NULL DEFAULT 0 CHECK (invoiced >= 0),
  nothing_due INT          NOT NULL DEFAULT 0 CHECK (nothing_due >= 0),
  in_review   INT          NOT NULL DEFAULT 0 CHECK (in_review >= 0),
  parked      INT          NOT NULL DEFAULT 0 CHECK (parked >= 0),
  failed      INT          NOT NULL DEFAULT 0 CHECK (failed >= 0),
  paid        INT          NOT NULL DEFAULT 0 CHECK (paid >= 0),
  CONSTRAINT ck_bill_run_order CHECK (finished_at IS NULL OR finished_at >= started_at),
  INDEX ix_bill_run_open (finished_at)
);

-- The last sign of life of a run under way and what it was at. A row of its own: a run's counts are locked while it closes a period.
CREATE TABLE bill_run_beat (
  bill_run_id UUID        NOT NULL PRIMARY KEY,
  beat_at     DATETIME(6) NOT NULL,
  -- no reference: checking one would wait for the very transaction that closes the period
  period_id   UUID        NULL,
  CONSTRAINT fk_bill_run_beat_run FOREIGN KEY (bill_run_id) REFERENCES bill_run (id) ON DELETE CASCADE
);

-- Parked because computing it failed, not because the gate is shut.
ALTER TABLE billing_period
  ADD COLUMN failed BOOLEAN NOT NULL DEFAULT FALSE,
  ADD CONSTRAINT ck_billing_period_failed CHECK (NOT failed OR state = 'PARKED');
