-- Readings, ledger, billing periods, invoices. Facts are only ever added: triggers refuse to change or remove them.

-- Each node's journal as far as it is stored. Its row is locked while a batch is taken.
CREATE TABLE node_journal (
  node_id   UUID       NOT NULL PRIMARY KEY,
  acked_seq BIGINT     NOT NULL DEFAULT 0 CHECK (acked_seq >= 0),
  last_hash BINARY(32) NOT NULL,
  CONSTRAINT fk_node_journal_node FOREIGN KEY (node_id) REFERENCES node (id)
);

-- The node's signature over the hash of a batch's last record, and the key that checks it.
CREATE TABLE reading_batch (
  node_id     UUID           NOT NULL,
  last_seq    BIGINT         NOT NULL,
  first_seq   BIGINT         NOT NULL CHECK (first_seq > 0),
  signature   VARCHAR(256)   NOT NULL,
  public_key  VARBINARY(600) NOT NULL,
  received_at DATETIME(6)    NOT NULL,
  PRIMARY KEY (node_id, last_seq),
  CONSTRAINT fk_reading_batch_journal FOREIGN KEY (node_id) REFERENCES node_journal (node_id),
  CONSTRAINT ck_reading_batch_range CHECK (first_seq <= last_seq)
);

CREATE TABLE reading (
  node_id       UUID        NOT NULL,
  seq           BIGINT      NOT NULL CHECK (seq > 0),
  context_id    UUID        NOT NULL,
  kind          VARCHAR(16) NOT NULL CHECK (kind IN ('OPEN', 'SAMPLE', 'CLOSE', 'GAP', 'CHECKPOINT')),
  generation    BIGINT      NOT NULL CHECK (generation >= 0),
  boot_id       UUID        NOT NULL,
  start_no      BIGINT      NOT NULL CHECK (start_no >= 0),
  -- the node's wall clock as it said
  utc           DATETIME(3) NOT NULL,
  -- the same, but never before that of the context's reading before: what use is attributed by
  effective_at  DATETIME(3) NOT NULL,
  monotonic_nanos BIGINT    NOT NULL,
  running       BOOLEAN     NOT NULL,
  cpu_usec      BIGINT      NOT NULL,
  cpu_throttled_usec BIGINT NOT NULL,
  memory_byte_seconds BIGINT NOT NULL,
  disk_byte_seconds BIGINT  NOT NULL,
  net_tx_bytes  BIGINT      NOT NULL,
  net_rx_bytes  BIGINT      NOT NULL,
  io_read_bytes BIGINT      NOT NULL,
  io_write_bytes BIGINT     NOT NULL,
  address_seconds BIGINT    NOT NULL,
  uptime_seconds BIGINT     NOT NULL,
  cpu_tokens    BIGINT      NOT NULL,
  gap_reason    VARCHAR(200) NULL,
  prev_hash     BINARY(32)  NOT NULL,
  hash          BINARY(32)  NOT NULL,
  -- whether the context was a VPS of this node when the reading came; others are kept but nobody pays for them
  known         BOOLEAN     NOT NULL,
  -- a counter went back within its epoch: bills wait for staff
  faulty        BOOLEAN     NOT NULL,
  PRIMARY KEY (node_id, seq),
  CONSTRAINT fk_reading_journal FOREIGN KEY (node_id) REFERENCES node_journal (node_id),
  CONSTRAINT ck_reading_gap CHECK ((kind = 'GAP') = (gap_reason IS NOT NULL)),
  INDEX ix_reading_of_node (node_id, context_id, seq),
  INDEX ix_reading_time (node_id, context_id, effective_at, seq)
);

-- Double entry. Owner is 'house' or an account's id.
CREATE TABLE ledger_account (
  owner    VARCHAR(40) NOT NULL,
  kind     VARCHAR(16) NOT NULL CHECK (kind IN ('CREDIT', 'RECEIVABLE', 'REVENUE', 'TAX', 'GRANTS')),
  currency CHAR(3)     NOT NULL,
  PRIMARY KEY (owner, kind, currency),
  CONSTRAINT ck_ledger_account_owner CHECK ((owner = 'house') = (kind IN ('REVENUE', 'TAX', 'GRANTS')))
);

CREATE TABLE ledger_transfer (
  id           UUID         NOT NULL PRIMARY KEY,
  source_type  VARCHAR(40)  NOT NULL,
  source_id    VARCHAR(80)  NOT NULL,
  step         VARCHAR(40)  NOT NULL,
  debit_owner  VARCHAR(40)  NOT NULL,
  debit_kind   VARCHAR(16)  NOT NULL,
  credit_owner VARCHAR(40)  NOT NULL,
  credit_kind  VARCHAR(16)  NOT NULL,
  currency     CHAR(3)      NOT NULL,
  amount       BIGINT       NOT NULL,
  reason       VARCHAR(500) NOT NULL,
  actor        VARCHAR(160) NOT NULL,
  created_at   DATETIME(6)  NOT NULL,
  CONSTRAINT uq_ledger_transfer_source UNIQUE (source_type, source_id, step),
  CONSTRAINT ck_ledger_transfer_amount CHECK (amount > 0),
  CONSTRAINT ck_ledger_transfer_sides CHECK (debit_owner <> credit_owner OR debit_kind <> credit_kind),
  -- the currency is part of both references: an entry cannot mix two
  CONSTRAINT fk_ledger_transfer_debit FOREIGN KEY (debit_owner, debit_kind, currency)
    REFERENCES ledger_account (owner, kind, currency),
  CONSTRAINT fk_ledger_transfer_credit FOREIGN KEY (credit_owner, credit_kind, currency)
    REFERENCES ledger_account (owner, kind, currency)
);
CREATE TRIGGER ledger_transfer_no_update BEFORE UPDATE ON ledger_transfer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ledger transfer never changes';
CREATE TRIGGER ledger_transfer_no_delete BEFORE DELETE ON ledger_transfer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ledger transfer is never removed';

-- What an account is billed for at once. Its id is that of its draft and of its invoice.
-- PARKED: due, but something is missing; NOTHING_DUE: closed with lines that sum to zero, no invoice.
CREATE TABLE billing_period (
  id          UUID         NOT NULL PRIMARY KEY,
  account_id  UUID         NOT NULL,
  period_from DATETIME(6)  NOT NULL,
  period_to   DATETIME(6)  NOT NULL,
  state       VARCHAR(16)  NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'PARKED', 'INVOICED', 'NOTHING_DUE')),
  reason      VARCHAR(500) NULL,
  attempts    INT          NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(6) NOT NULL,
  closed_at   DATETIME(6)  NULL,
  CONSTRAINT fk_billing_period_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT uq_billing_period UNIQUE (account_id, period_from),
  CONSTRAINT ck_billing_period_order CHECK (period_from < period_to),
  CONSTRAINT ck_billing_period_reason CHECK ((state = 'PARKED') = (reason IS NOT NULL)),
  CONSTRAINT ck_billing_period_closed CHECK ((state IN ('INVOICED', 'NOTHING_DUE')) = (closed_at IS NOT NULL)),
  INDEX ix_billing_period_due (state, next_attempt_at)
);

-- The last number given for a seller's series. Locked until the invoice is there, so that there is never a gap.
CREATE TABLE invoice_series (
  seller      VARCHAR(40) NOT NULL,
  series      VARCHAR(20) NOT NULL,
  last_number BIGINT      NOT NULL CHECK (last_number >= 0),
  PRIMARY KEY (seller, series)
);

CREATE TABLE invoice (
  id          UUID         NOT NULL PRIMARY KEY,
  account_id  UUID         NOT NULL,
  seller      VARCHAR(40)  NOT NULL,
  series      VARCHAR(20)  NOT NULL,
  number      BIGINT       NOT NULL CHECK (number > 0),
  label       VARCHAR(60)  NOT NULL UNIQUE,
  state       VARCHAR(16)  NOT NULL CHECK (state IN ('FINAL', 'PAID', 'VOID')),
  period_from DATETIME(6)  NOT NULL,
  period_to   DATETIME(6)  NOT NULL,
  issued_at   DATETIME(6)  NOT NULL,
  due_at      DATETIME(6)  NOT NULL,
  paid_at     DATETIME(6)  NULL,
  currency    CHAR(3)      NOT NULL,
  net         BIGINT       NOT NULL,
  tax         BIGINT       NOT NULL,
  total       BIGINT       NOT NULL,
  tax_basis_points INT     NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
  -- snapshots: what was true when it was issued
  seller_name    VARCHAR(120)  NOT NULL,
  seller_address VARCHAR(500)  NOT NULL,
  seller_tax_id  VARCHAR(40)   NOT NULL,
  seller_payment VARCHAR(200)  NOT NULL,
  buyer_name     VARCHAR(120)  NOT NULL,
  buyer_email    VARCHAR(254)  NOT NULL,
  time_zone      VARCHAR(60)   NOT NULL,
  CONSTRAINT fk_invoice_period FOREIGN KEY (id) REFERENCES billing_period (id),
  CONSTRAINT fk_invoice_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT uq_invoice_number UNIQUE (seller, series, number),
  CONSTRAINT ck_invoice_total CHECK (total = net + tax),
  CONSTRAINT ck_invoice_paid CHECK ((state = 'PAID') = (paid_at IS NOT NULL)),
  INDEX ix_invoice_account (account_id, id),
  INDEX ix_invoice_state (state, issued_at)
);
CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice FOR EACH ROW
  -- one statement: a state that the CHECK refuses, unless only an open invoice's state and payment change
  SET NEW.state = IF(NEW.id <=> OLD.id AND NEW.account_id <=> OLD.account_id AND NEW.number <=> OLD.number
      AND NEW.series <=> OLD.series AND NEW.seller <=> OLD.seller AND NEW.label <=> OLD.label
      AND NEW.period_from <=> OLD.period_from AND NEW.period_to <=> OLD.period_to
      AND NEW.issued_at <=> OLD.issued_at AND NEW.due_at <=> OLD.due_at AND NEW.currency <=> OLD.currency
      AND NEW.net <=> OLD.net AND NEW.tax <=> OLD.tax AND NEW.total <=> OLD.total
      AND NEW.tax_basis_points <=> OLD.tax_basis_points AND NEW.seller_name <=> OLD.seller_name
      AND NEW.seller_address <=> OLD.seller_address AND NEW.seller_tax_id <=> OLD.seller_tax_id
      AND NEW.seller_payment <=> OLD.seller_payment AND NEW.buyer_name <=> OLD.buyer_name
      AND NEW.buyer_email <=> OLD.buyer_email AND NEW.time_zone <=> OLD.time_zone AND OLD.state = 'FINAL',
      NEW.state, 'CHANGED');
CREATE TRIGGER invoice_no_delete BEFORE DELETE ON invoice FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice is never removed';

-- Lines of a closed period, also when nothing was due: fractions of a cent are carried from line to line.
CREATE TABLE invoice_line (
  invoice_id      UUID            NOT NULL,
  n               INT             NOT NULL CHECK (n > 0),
  subscription_id UUID            NOT NULL,
  vps_id          UUID            NOT NULL,
  hostname        VARCHAR(63)     NOT NULL,
  plan_version_id UUID            NOT NULL,
  plan_name       VARCHAR(80)     NOT NULL,
  tariff_position INT             NOT NULL,
  model           VARCHAR(16)     NOT NULL,
  meter           VARCHAR(40)     NULL,
  label           VARCHAR(120)    NOT NULL,
  unit_label      VARCHAR(40)     NOT NULL,
  unit_quantity   DECIMAL(38, 0)  NOT NULL,
  unit_price      DECIMAL(24, 12) NOT NULL,
  quantity        DECIMAL(38, 0)  NOT NULL,
  included        DECIMAL(38, 0)  NOT NULL,
  exact           DECIMAL(38, 12) NOT NULL,
  carried_in      DECIMAL(38, 12) NOT NULL,
  amount          BIGINT          NOT NULL,
  PRIMARY KEY (invoice_id, n),
  CONSTRAINT fk_invoice_line_period FOREIGN KEY (invoice_id) REFERENCES billing_period (id),
  CONSTRAINT fk_invoice_line_subscription FOREIGN KEY (subscription_id) REFERENCES subscription (id),
  CONSTRAINT uq_invoice_line UNIQUE (subscription_id, tariff_position, invoice_id)
);
CREATE TRIGGER invoice_line_no_update BEFORE UPDATE ON invoice_line FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice line never changes';
CREATE TRIGGER invoice_line_no_delete BEFORE DELETE ON invoice_line FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice line is never removed';

-- What a line was computed from: a stretch of time and the readings that bound it.
CREATE TABLE rated_interval (
  invoice_id    UUID           NOT NULL,
  line          INT            NOT NULL,
  n             INT            NOT NULL CHECK (n > 0),
  interval_from DATETIME(6)    NOT NULL,
  interval_to   DATETIME(6)    NOT NULL,
  quantity      DECIMAL(38, 0) NOT NULL,
  node_id       UUID           NULL,
  first_seq     BIGINT         NULL,
  last_seq      BIGINT         NULL,
  gaps          INT            NOT NULL CHECK (gaps >= 0),
  PRIMARY KEY (invoice_id, line, n),
  CONSTRAINT fk_rated_interval_line FOREIGN KEY (invoice_id, line) REFERENCES invoice_line (invoice_id, n),
  CONSTRAINT fk_rated_interval_first FOREIGN KEY (node_id, first_seq) REFERENCES reading (node_id, seq),
  CONSTRAINT fk_rated_interval_last FOREIGN KEY (node_id, last_seq) REFERENCES reading (node_id, seq),
  CONSTRAINT ck_rated_interval_order CHECK (interval_from < interval_to)
);
CREATE TRIGGER rated_interval_no_update BEFORE UPDATE ON rated_interval FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval never changes';
CREATE TRIGGER rated_interval_no_delete BEFORE DELETE ON rated_interval FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval is never removed';
