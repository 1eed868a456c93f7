-- Accounts, catalogue, nodes, addresses, VPS, operations, audit.
-- Ids are UUIDv7 made by the application. Times are UTC. Sizes are bytes, CPU is milli-CPUs and CPU-milliseconds.

CREATE TABLE account (
  id           UUID         NOT NULL PRIMARY KEY,
  kind         VARCHAR(16)  NOT NULL CHECK (kind IN ('CUSTOMER', 'RESELLER')),
  name         VARCHAR(120) NOT NULL CHECK (CHAR_LENGTH(TRIM(name)) > 0),
  email        VARCHAR(254) NOT NULL,
  external_id  VARCHAR(64)  NULL,
  reseller_id  UUID         NULL,
  currency     CHAR(3)      NOT NULL,
  state        VARCHAR(16)  NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'CLOSED')),
  may_pay_by_invoice BOOLEAN NOT NULL DEFAULT FALSE,
  created_at   DATETIME(6)  NOT NULL,
  version      BIGINT       NOT NULL DEFAULT 0,
  -- whose first visit made it: two first visits at once make one account
  founder      VARCHAR(160) NULL UNIQUE,
  CONSTRAINT fk_account_reseller FOREIGN KEY (reseller_id) REFERENCES account (id),
  CONSTRAINT uq_account_external UNIQUE (reseller_id, external_id),
  CONSTRAINT ck_account_no_self CHECK (reseller_id IS NULL OR reseller_id <> id),
  -- one level: a reseller belongs to nobody
  CONSTRAINT ck_account_reseller_free CHECK (kind <> 'RESELLER' OR reseller_id IS NULL)
);

-- Who may act for an account. A subject is 'user:<Keycloak subject>' or 'client:<client id>'.
CREATE TABLE membership (
  subject      VARCHAR(160) NOT NULL,
  account_id   UUID         NOT NULL,
  role         VARCHAR(16)  NOT NULL CHECK (role IN ('OWNER')),
  created_at   DATETIME(6)  NOT NULL,
  PRIMARY KEY (subject, account_id),
  CONSTRAINT fk_membership_account FOREIGN KEY (account_id) REFERENCES account (id)
);

CREATE TABLE plan (
  id           UUID         NOT NULL PRIMARY KEY,
  slug         VARCHAR(40)  NOT NULL UNIQUE,
  name         VARCHAR(80)  NOT NULL,
  summary      VARCHAR(200) NOT NULL,
  position     INT          NOT NULL,
  listed       BOOLEAN      NOT NULL
);

-- A version never changes once a subscription rests on it; a new price is a new version.
CREATE TABLE plan_version (
  id                 UUID        NOT NULL PRIMARY KEY,
  plan_id            UUID        NOT NULL,
  version            INT         NOT NULL CHECK (version > 0),
  valid_from         DATETIME(6) NOT NULL,
  currency           CHAR(3)     NOT NULL,
  cpu_baseline_milli BIGINT      NOT NULL CHECK (cpu_baseline_milli > 0),
  cpu_ceiling_milli  BIGINT      NOT NULL,
  cpu_bank_millis    BIGINT      NOT NULL CHECK (cpu_bank_millis > 0),
  memory_bytes       BIGINT      NOT NULL CHECK (memory_bytes > 0),
  processes          BIGINT      NOT NULL CHECK (processes > 0),
  disk_bytes         BIGINT      NOT NULL CHECK (disk_bytes > 0),
  disk_inodes        BIGINT      NULL CHECK (disk_inodes > 0),
  CONSTRAINT fk_plan_version_plan FOREIGN KEY (plan_id) REFERENCES plan (id),
  CONSTRAINT uq_plan_version UNIQUE (plan_id, version),
  CONSTRAINT ck_plan_version_cpu CHECK (cpu_ceiling_milli >= cpu_baseline_milli)
);

-- RECURRING: unit_price per month, prorated to the second. USAGE: unit_price per unit_quantity of the meter's base
-- unit beyond included_quantity per month. ONE_OFF: unit_price once, at the start.
CREATE TABLE tariff_line (
  plan_version_id   UUID           NOT NULL,
  position          INT            NOT NULL,
  model             VARCHAR(16)    NOT NULL CHECK (model IN ('RECURRING', 'USAGE', 'TIERED', 'ONE_OFF')),
  meter             VARCHAR(40)    NULL CHECK (meter IN ('RUNNING_VM', 'CPU_TIME', 'MEMORY', 'VOLUME', 'IP_ADDRESS',
                                                         'NETWORK_BYTES_SENT', 'NETWORK_BYTES_RECEIVED')),
  label             VARCHAR(120)   NOT NULL,
  included_quantity DECIMAL(38, 0) NOT NULL DEFAULT 0 CHECK (included_quantity >= 0),
  unit_quantity     DECIMAL(38, 0) NOT NULL DEFAULT 1 CHECK (unit_quantity > 0),
  unit_label        VARCHAR(40)    NOT NULL,
  unit_price        DECIMAL(24, 12) NOT NULL CHECK (unit_price >= 0),
  PRIMARY KEY (plan_version_id, position),
  CONSTRAINT fk_tariff_line_version FOREIGN KEY (plan_version_id) REFERENCES plan_version (id),
  CONSTRAINT ck_tariff_line_meter CHECK ((model IN ('USAGE', 'TIERED')) = (meter IS NOT NULL))
);

-- Bounds of a TIERED line: quantity from the tier before up to this one costs this much per unit_quantity.
CREATE TABLE tariff_tier (
  plan_version_id UUID            NOT NULL,
  position        INT             NOT NULL,
  tier            INT             NOT NULL CHECK (tier > 0),
  up_to_quantity  DECIMAL(38, 0)  NULL CHECK (up_to_quantity > 0),
  unit_price      DECIMAL(24, 12) NOT NULL CHECK (unit_price >= 0),
  PRIMARY KEY (plan_version_id, position, tier),
  CONSTRAINT fk_tariff_tier_line FOREIGN KEY (plan_version_id, position) REFERENCES tariff_line (plan_version_id, position)
);

CREATE TABLE image (
  id           UUID         NOT NULL PRIMARY KEY,
  digest       CHAR(71)     NOT NULL UNIQUE CHECK (digest LIKE 'sha256:%'),
  name         VARCHAR(63)  NOT NULL,
  distribution VARCHAR(64)  NOT NULL,
  release_name VARCHAR(64)  NOT NULL,
  size_bytes   BIGINT       NOT NULL CHECK (size_bytes > 0),
  created_at   DATETIME(6)  NOT NULL,
  retired_at   DATETIME(6)  NULL
);

-- The archive itself, in pieces, so that every replica of the portal can serve it.
CREATE TABLE image_chunk (
  image_id     UUID         NOT NULL,
  n            INT          NOT NULL CHECK (n >= 0),
  bytes        MEDIUMBLOB   NOT NULL,
  PRIMARY KEY (image_id, n),
  CONSTRAINT fk_image_chunk_image FOREIGN KEY (image_id) REFERENCES image (id)
);

CREATE TABLE node (
  id                UUID         NOT NULL PRIMARY KEY,
  name              VARCHAR(63)  NOT NULL UNIQUE,
  state             VARCHAR(16)  NOT NULL CHECK (state IN ('ACTIVE', 'DRAINING', 'RETIRED')),
  cpu_overcommit_percent INT     NOT NULL DEFAULT 100 CHECK (cpu_overcommit_percent BETWEEN 1 AND 10000),
  desired_revision  BIGINT       NOT NULL DEFAULT 0 CHECK (desired_revision >= 0),
  observed_revision BIGINT       NOT NULL DEFAULT 0,
  boot_id           UUID         NULL,
  agent_version     VARCHAR(64)  NULL,
  simulated         BOOLEAN      NOT NULL DEFAULT FALSE,
  cpu_milli         BIGINT       NOT NULL DEFAULT 0,
  memory_bytes      BIGINT       NOT NULL DEFAULT 0,
  disk_bytes        BIGINT       NOT NULL DEFAULT 0,
  reserved_cpu_milli    BIGINT   NOT NULL DEFAULT 0 CHECK (reserved_cpu_milli >= 0),
  reserved_memory_bytes BIGINT   NOT NULL DEFAULT 0 CHECK (reserved_memory_bytes >= 0),
  reserved_disk_bytes   BIGINT   NOT NULL DEFAULT 0 CHECK (reserved_disk_bytes >= 0),
  quota_driver      VARCHAR(32)  NULL,
  inode_limits      BOOLEAN      NOT NULL DEFAULT FALSE,
  ipv6              BOOLEAN      NOT NULL DEFAULT FALSE,
  kernel            VARCHAR(256) NULL,
  clock_skew_millis BIGINT       NULL,
  last_seen_at      DATETIME(6)  NULL,
  created_at        DATETIME(6)  NOT NULL,
  -- Oversell is impossible, not unlikely: whoever reserves too much breaks the row.
  CONSTRAINT ck_node_cpu CHECK (reserved_cpu_milli * 100 <= cpu_milli * cpu_overcommit_percent),
  CONSTRAINT ck_node_memory CHECK (reserved_memory_bytes <= memory_bytes),
  CONSTRAINT ck_node_disk CHECK (reserved_disk_bytes <= disk_bytes)
);

CREATE TABLE node_join_token (
  token_hash   CHAR(64)     NOT NULL PRIMARY KEY,
  node_name    VARCHAR(63)  NOT NULL,
  expires_at   DATETIME(6)  NOT NULL,
  used_at      DATETIME(6)  NULL,
  -- whose key it was used for: a node that lost the answer may ask again with the same key
  used_key_hash CHAR(64)    NULL,
  created_at   DATETIME(6)  NOT NULL,
  CONSTRAINT ck_join_token_used CHECK ((used_at IS NULL) = (used_key_hash IS NULL))
);

-- The portal's own authority for nodes. The private key is encrypted with the portal's secret.
CREATE TABLE certificate_authority (
  id              TINYINT      NOT NULL PRIMARY KEY CHECK (id = 1),
  certificate_pem TEXT         NOT NULL,
  key_encrypted   VARBINARY(4096) NOT NULL,
  created_at      DATETIME(6)  NOT NULL
);

CREATE TABLE node_certificate (
  serial          CHAR(40)     NOT NULL PRIMARY KEY,
  node_id         UUID         NOT NULL,
  certificate_pem TEXT         NOT NULL,
  not_after       DATETIME(6)  NOT NULL,
  revoked_at      DATETIME(6)  NULL,
  created_at      DATETIME(6)  NOT NULL,
  CONSTRAINT fk_node_certificate_node FOREIGN KEY (node_id) REFERENCES node (id)
);

CREATE TABLE vps (
  id              UUID         NOT NULL PRIMARY KEY,
  account_id      UUID         NOT NULL,
  node_id         UUID         NOT NULL,
  plan_version_id UUID         NOT NULL,
  image_id        UUID         NOT NULL,
  hostname        VARCHAR(63)  NOT NULL,
  external_id     VARCHAR(64)  NULL,
  -- what the customer asked for
  desired_state   VARCHAR(16)  NOT NULL CHECK (desired_state IN ('RUNNING', 'STOPPED', 'DELETED')),
  -- staff's stop wins over the customer's wish; the wish is kept for when it ends
  suspended_reason VARCHAR(500) NULL,
  suspended_at    DATETIME(6)  NULL,
  -- what the node said last
  observed_state  VARCHAR(16)  NOT NULL DEFAULT 'CREATING'
                  CHECK (observed_state IN ('CREATING', 'RUNNING', 'STOPPED', 'DELETING', 'GONE', 'QUARANTINED')),
  observed_generation BIGINT   NOT NULL DEFAULT 0,
  observed_restarts BIGINT     NOT NULL DEFAULT 0,
  observed_at     DATETIME(6)  NULL,
  failure         VARCHAR(1000) NULL,
  ssh_fingerprints VARCHAR(2000) NULL,
  -- desired state for the node
  generation      BIGINT       NOT NULL DEFAULT 1 CHECK (generation > 0),
  restarts        BIGINT       NOT NULL DEFAULT 0 CHECK (restarts >= 0),
  revision        BIGINT       NOT NULL CHECK (revision > 0),
  created_at      DATETIME(6)  NOT NULL,
  deleted_at      DATETIME(6)  NULL,
  version         BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT fk_vps_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_vps_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT fk_vps_plan_version FOREIGN KEY (plan_version_id) REFERENCES plan_version (id),
  CONSTRAINT fk_vps_image FOREIGN KEY (image_id) REFERENCES image (id),
  CONSTRAINT uq_vps_external UNIQUE (account_id, external_id),
  CONSTRAINT uq_vps_revision UNIQUE (node_id, revision),
  CONSTRAINT ck_vps_suspended CHECK ((suspended_reason IS NULL) = (suspended_at IS NULL)),
  CONSTRAINT ck_vps_deleted CHECK (deleted_at IS NULL OR desired_state = 'DELETED'),
  INDEX ix_vps_account (account_id, created_at)
);

CREATE TABLE vps_ssh_key (
  vps_id       UUID          NOT NULL,
  position     INT           NOT NULL CHECK (position >= 0),
  public_key   VARCHAR(2600) NOT NULL,
  PRIMARY KEY (vps_id, position),
  CONSTRAINT fk_vps_ssh_key_vps FOREIGN KEY (vps_id) REFERENCES vps (id)
);

-- Who owned a VPS on which plan, and when: bills take owner and plan as of the time of the measurement from here.
CREATE TABLE subscription (
  id              UUID        NOT NULL PRIMARY KEY,
  vps_id          UUID        NOT NULL,
  account_id      UUID        NOT NULL,
  plan_version_id UUID        NOT NULL,
  valid_from      DATETIME(6) NOT NULL,
  valid_to        DATETIME(6) NULL,
  -- at most one open subscription for a VPS
  open_vps_id     UUID AS (IF(valid_to IS NULL, vps_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_subscription_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_subscription_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_subscription_version FOREIGN KEY (plan_version_id) REFERENCES plan_version (id),
  CONSTRAINT uq_subscription_from UNIQUE (vps_id, valid_from),
  CONSTRAINT ck_subscription_period CHECK (valid_to IS NULL OR valid_to >= valid_from),
  INDEX ix_subscription_account (account_id, valid_from)
);

CREATE TABLE vps_order (
  id              UUID        NOT NULL PRIMARY KEY,
  account_id      UUID        NOT NULL,
  vps_id          UUID        NOT NULL UNIQUE,
  plan_version_id UUID        NOT NULL,
  payment_method  VARCHAR(16) NOT NULL CHECK (payment_method IN ('CREDIT', 'INVOICE')),
  ordered_by      VARCHAR(160) NOT NULL,
  created_at      DATETIME(6) NOT NULL,
  CONSTRAINT fk_order_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_order_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_order_version FOREIGN KEY (plan_version_id) REFERENCES plan_version (id)
);

CREATE TABLE ip_pool (
  id           UUID         NOT NULL PRIMARY KEY,
  node_id      UUID         NOT NULL,
  cidr         VARCHAR(43)  NOT NULL,
  created_at   DATETIME(6)  NOT NULL,
  CONSTRAINT fk_ip_pool_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT uq_ip_pool UNIQUE (cidr)
);

CREATE TABLE ip_address (
  id           UUID         NOT NULL PRIMARY KEY,
  pool_id      UUID         NOT NULL,
  -- as on the wire (dotted quad, or RFC 5952); INET6 would want IPv4 mapped
  address      VARCHAR(39)  CHARACTER SET ascii NOT NULL UNIQUE,
  state        VARCHAR(16)  NOT NULL CHECK (state IN ('FREE', 'ASSIGNED', 'QUARANTINE')),
  vps_id       UUID         NULL,
  free_after   DATETIME(6)  NULL,
  CONSTRAINT fk_ip_address_pool FOREIGN KEY (pool_id) REFERENCES ip_pool (id),
  CONSTRAINT fk_ip_address_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT ck_ip_address_assigned CHECK ((state = 'ASSIGNED') = (vps_id IS NOT NULL)),
  CONSTRAINT ck_ip_address_quarantine CHECK ((state = 'QUARANTINE') = (free_after IS NOT NULL)),
  INDEX ix_ip_address_free (pool_id, state)
);

-- Who had which address when. Never changed but for its end.
CREATE TABLE ip_assignment (
  id           UUID         NOT NULL PRIMARY KEY,
  address_id   UUID         NOT NULL,
  vps_id       UUID         NOT NULL,
  valid_from   DATETIME(6)  NOT NULL,
  valid_to     DATETIME(6)  NULL,
  open_address_id UUID AS (IF(valid_to IS NULL, address_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_ip_assignment_address FOREIGN KEY (address_id) REFERENCES ip_address (id),
  CONSTRAINT fk_ip_assignment_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT ck_ip_assignment_period CHECK (valid_to IS NULL OR valid_to >= valid_from)
);

CREATE TABLE operation (
  id           UUID         NOT NULL PRIMARY KEY,
  vps_id       UUID         NOT NULL,
  kind         VARCHAR(16)  NOT NULL
               CHECK (kind IN ('CREATE', 'START', 'STOP', 'RESTART', 'DELETE', 'SUSPEND', 'RESUME')),
  state        VARCHAR(16)  NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED',
                                                       'NEEDS_ATTENTION', 'CANCELLED')),
  generation   BIGINT       NOT NULL CHECK (generation > 0),
  cause        VARCHAR(160) NOT NULL,
  reason       VARCHAR(500) NULL,
  failure      VARCHAR(1000) NULL,
  created_at   DATETIME(6)  NOT NULL,
  started_at   DATETIME(6)  NULL,
  finished_at  DATETIME(6)  NULL,
  deadline_at  DATETIME(6)  NOT NULL,
  CONSTRAINT fk_operation_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT uq_operation_generation UNIQUE (vps_id, generation),
  CONSTRAINT ck_operation_finished CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (finished_at IS NOT NULL)),
  INDEX ix_operation_state (state, deadline_at)
);

CREATE TABLE operation_step (
  operation_id UUID         NOT NULL,
  position     INT          NOT NULL CHECK (position >= 0),
  name         VARCHAR(64)  NOT NULL,
  state        VARCHAR(16)  NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'FAILED')),
  started_at   DATETIME(6)  NOT NULL,
  took_micros  BIGINT       NULL CHECK (took_micros >= 0),
  PRIMARY KEY (operation_id, position),
  CONSTRAINT fk_operation_step FOREIGN KEY (operation_id) REFERENCES operation (id)
);

-- What contexts the portal does not know a node reported. Kept, shown to staff, never deleted automatically.
CREATE TABLE quarantined_context (
  node_id      UUID         NOT NULL,
  context_id   UUID         NOT NULL,
  first_seen_at DATETIME(6) NOT NULL,
  last_seen_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (node_id, context_id),
  CONSTRAINT fk_quarantined_node FOREIGN KEY (node_id) REFERENCES node (id)
);

-- Points for graphs, kept for a short time; never used for money.
CREATE TABLE vps_sample (
  vps_id            UUID        NOT NULL,
  at                DATETIME(3) NOT NULL,
  cpu_usec          BIGINT      NOT NULL,
  cpu_throttled_usec BIGINT     NOT NULL,
  cpu_tokens        BIGINT      NOT NULL,
  memory_bytes      BIGINT      NOT NULL,
  disk_bytes        BIGINT      NOT NULL,
  processes         BIGINT      NOT NULL,
  net_tx_bytes      BIGINT      NOT NULL,
  net_rx_bytes      BIGINT      NOT NULL,
  io_read_bytes     BIGINT      NOT NULL,
  io_write_bytes    BIGINT      NOT NULL,
  PRIMARY KEY (vps_id, at),
  CONSTRAINT fk_vps_sample_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  INDEX ix_vps_sample_at (at)
);

-- The answer to a request, stored in the transaction of its effect.
CREATE TABLE idempotency_key (
  caller       VARCHAR(160) NOT NULL,
  key_text     VARCHAR(128) NOT NULL,
  request_hash CHAR(64)     NOT NULL,
  status       INT          NOT NULL,
  location     VARCHAR(300) NULL,
  body         MEDIUMTEXT   NULL,
  created_at   DATETIME(6)  NOT NULL,
  PRIMARY KEY (caller, key_text),
  INDEX ix_idempotency_created (created_at)
);

-- Who did what. Each row's hash covers the row and the hash before it.
CREATE TABLE audit_event (
  seq          BIGINT       NOT NULL PRIMARY KEY CHECK (seq > 0),
  at           DATETIME(6)  NOT NULL,
  actor        VARCHAR(160) NOT NULL,
  action       VARCHAR(64)  NOT NULL,
  subject_type VARCHAR(40)  NOT NULL,
  subject_id   VARCHAR(64)  NOT NULL,
  account_id   UUID         NULL,
  reason       VARCHAR(500) NULL,
  detail       VARCHAR(2000) NULL,
  prev_hash    CHAR(64)     NOT NULL,
  hash         CHAR(64)     NOT NULL UNIQUE,
  CONSTRAINT fk_audit_account FOREIGN KEY (account_id) REFERENCES account (id),
  INDEX ix_audit_subject (subject_type, subject_id),
  INDEX ix_audit_account (account_id, seq)
);

-- The end of the chain; locking this row puts writers in order.
CREATE TABLE audit_head (
  id   TINYINT  NOT NULL PRIMARY KEY CHECK (id = 1),
  seq  BIGINT   NOT NULL,
  hash CHAR(64) NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, REPEAT('0', 64));
