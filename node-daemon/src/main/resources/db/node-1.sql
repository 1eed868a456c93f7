CREATE TABLE desired (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  reading_interval_seconds INTEGER NOT NULL
) STRICT;
CREATE TABLE context (
  context_id TEXT PRIMARY KEY,
  generation INTEGER NOT NULL,
  spec TEXT NOT NULL,
  base_id INTEGER UNIQUE,
  applied_generation INTEGER NOT NULL DEFAULT 0,
  applied_spec TEXT,
  restarts_done INTEGER NOT NULL DEFAULT 0,
  start_no INTEGER NOT NULL DEFAULT 0,
  started_addresses TEXT NOT NULL DEFAULT '[]',
  failure TEXT,
  known INTEGER NOT NULL DEFAULT 1,
  gone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE step (
  context_id TEXT NOT NULL REFERENCES context (context_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  started_millis INTEGER NOT NULL,
  took_micros INTEGER,
  PRIMARY KEY (context_id, position)
) STRICT;
CREATE TABLE bank (
  context_id TEXT PRIMARY KEY REFERENCES context (context_id) ON DELETE CASCADE,
  balance_nanos INTEGER NOT NULL,
  held INTEGER NOT NULL,
  usage_micros INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  monotonic_nanos INTEGER NOT NULL,
  utc_millis INTEGER NOT NULL
) STRICT;
CREATE TABLE meter (
  context_id TEXT PRIMARY KEY REFERENCES context (context_id) ON DELETE CASCADE,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  context_id TEXT NOT NULL,
  reading TEXT NOT NULL
) STRICT;
CREATE TABLE journal_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  acked_seq INTEGER NOT NULL
) STRICT;
INSERT INTO desired (id, revision, reading_interval_seconds) VALUES (1, -1, 3600);
INSERT INTO journal_state (id, acked_seq) VALUES (1, 0);
