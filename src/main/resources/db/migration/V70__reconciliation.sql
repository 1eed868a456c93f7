-- What is billed is compared with what hosts count and with what is there. What does not fit holds the bills of those it concerns.

-- Σ contexts beside what the host counted of all of them, for a node, a window and a meter; readings never change, so neither does this.
CREATE TABLE conservation (
  node_id     UUID           NOT NULL,
  meter       VARCHAR(40)    NOT NULL CHECK (meter IN ('CPU_TIME', 'NETWORK_BYTES_SENT', 'NETWORK_BYTES_RECEIVED')),
  window_from DATETIME(6)    NOT NULL,
  window_to   DATETIME(6)    NOT NULL,
  contexts    DECIMAL(38, 0) NOT NULL CHECK (contexts >= 0),
  host        DECIMAL(38, 0) NOT NULL CHECK (host >= 0),
  tolerance   DECIMAL(38, 0) NOT NULL CHECK (tolerance >= 0),
  -- UNKNOWN: the host's counters began anew within it, or were not read
  verdict     VARCHAR(16)    NOT NULL CHECK (verdict IN ('HOLDS', 'ABOVE', 'BELOW', 'UNKNOWN')),
  checked_at  DATETIME(6)    NOT NULL,
  PRIMARY KEY (node_id, window_from, meter),
  CONSTRAINT fk_conservation_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT ck_conservation_window CHECK (window_from < window_to),
  CONSTRAINT ck_conservation_verdict CHECK (
    verdict = 'UNKNOWN'
    OR (verdict = 'ABOVE') = (contexts > host + tolerance) AND (verdict = 'BELOW') = (contexts + tolerance < host))
);
CREATE TRIGGER conservation_no_update BEFORE UPDATE ON conservation FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a comparison with the host never changes';

-- What does not fit. Open until it fits again; staff may accept one, which then holds nobody's bill.
CREATE TABLE reconciliation_finding (
  id            UUID         NOT NULL PRIMARY KEY,
  kind          VARCHAR(32)  NOT NULL CHECK (kind IN ('ABOVE_HOST', 'BELOW_HOST', 'RUNNING_UNBILLED', 'UNMEASURED', 'BILLED_GONE',
                                                      'ADDRESS_WITHOUT_OWNER', 'QUOTA_NOT_APPLIED')),
  -- what it is about; at most one is open of a kind
  subject       VARCHAR(160) NOT NULL,
  detail        VARCHAR(500) NOT NULL,
  -- whose bills wait; NULL: nobody's
  account_id    UUID         NULL,
  vps_id        UUID         NULL,
  node_id       UUID         NULL,
  -- from here on what is billed may be wrong
  since         DATETIME(6)  NOT NULL,
  first_seen_at DATETIME(6)  NOT NULL,
  last_seen_at  DATETIME(6)  NOT NULL,
  resolved_at   DATETIME(6)  NULL,
  accepted_at   DATETIME(6)  NULL,
  accepted_by   VARCHAR(160) NULL,
  accepted_because VARCHAR(500) NULL,
  open_subject  VARCHAR(200) AS (IF(resolved_at IS NULL, CONCAT(kind, '/', subject), NULL)) STORED UNIQUE,
  CONSTRAINT fk_reconciliation_finding_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_reconciliation_finding_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT ck_reconciliation_finding_seen CHECK (first_seen_at <= last_seen_at),
  CONSTRAINT ck_reconciliation_finding_accepted
    CHECK ((accepted_at IS NULL) = (accepted_by IS NULL) AND (accepted_at IS NULL) = (accepted_because IS NULL)),
  INDEX ix_reconciliation_finding_account (account_id, resolved_at)
);

-- What the kernel holds a disk to, as its node said last; storage_limit_at NULL: the node does not tell.
ALTER TABLE vps
  ADD COLUMN storage_limit_bytes  BIGINT      NULL CHECK (storage_limit_bytes > 0),
  ADD COLUMN storage_limit_inodes BIGINT      NULL CHECK (storage_limit_inodes > 0),
  ADD COLUMN storage_limit_at     DATETIME(6) NULL;
