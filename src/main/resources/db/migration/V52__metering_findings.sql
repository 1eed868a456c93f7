-- What is odd about a node's readings. Each kind is open at most once for a node; seen again, it is counted.
CREATE TABLE metering_finding (
  id            UUID         NOT NULL PRIMARY KEY,
  node_id       UUID         NOT NULL,
  kind          VARCHAR(20)  NOT NULL CHECK (kind IN ('CLOCK_AHEAD', 'CLOCK_JUMP')),
  first_seen_at DATETIME(6)  NOT NULL,
  last_seen_at  DATETIME(6)  NOT NULL,
  times         BIGINT       NOT NULL DEFAULT 1 CHECK (times > 0),
  detail        VARCHAR(500) NOT NULL,
  resolved_at   DATETIME(6)  NULL,
  -- why staff closed it; that it went by itself is said, too
  resolution    VARCHAR(500) NULL,
  open_kind     VARCHAR(20) AS (IF(resolved_at IS NULL, kind, NULL)) STORED,
  CONSTRAINT fk_metering_finding_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT uq_metering_finding_open UNIQUE (node_id, open_kind),
  CONSTRAINT ck_metering_finding_order CHECK (first_seen_at <= last_seen_at),
  CONSTRAINT ck_metering_finding_resolved CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
  INDEX ix_metering_finding_node (node_id, first_seen_at)
);

-- The clocks of the journal's last record: what the next one is compared with. NULL until one came with this portal.
ALTER TABLE node_journal
  ADD COLUMN last_boot_id         UUID        NULL,
  ADD COLUMN last_utc             DATETIME(3) NULL,
  ADD COLUMN last_monotonic_nanos BIGINT      NULL,
  ADD CONSTRAINT ck_node_journal_clocks
    CHECK ((last_boot_id IS NULL) = (last_utc IS NULL) AND (last_boot_id IS NULL) = (last_monotonic_nanos IS NULL));
