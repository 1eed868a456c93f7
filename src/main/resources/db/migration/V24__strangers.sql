-- What a node knows of a context that nobody asks for (the contract's Stranger); NULL where it was never asked for, and by nodes that do not say.
ALTER TABLE quarantined_context
  ADD COLUMN generation   BIGINT       NULL CHECK (generation > 0),
  ADD COLUMN image_digest VARCHAR(80)  NULL,
  ADD COLUMN hostname     VARCHAR(63)  NULL,
  ADD COLUMN addresses    VARCHAR(1000) NULL,
  ADD COLUMN disk_bytes   BIGINT       NULL CHECK (disk_bytes >= 0),
  ADD COLUMN layer        BIGINT       NULL CHECK (layer >= 0),
  ADD COLUMN snapshots    INT          NULL CHECK (snapshots >= 0),
  ADD COLUMN restarts     BIGINT       NULL CHECK (restarts >= 0),
  ADD COLUMN running      BOOLEAN      NOT NULL DEFAULT FALSE,
  ADD CONSTRAINT ck_quarantined_known CHECK ((generation IS NULL) = (image_digest IS NULL) AND (generation IS NULL) = (hostname IS NULL));
