CREATE TABLE volume (
  context_id    TEXT PRIMARY KEY REFERENCES context (context_id) ON DELETE CASCADE,
  since_seconds INTEGER NOT NULL,
  before_bytes  INTEGER NOT NULL CHECK (before_bytes >= 0),
  slowed        INTEGER NOT NULL CHECK (slowed IN (0, 1))
) STRICT;
