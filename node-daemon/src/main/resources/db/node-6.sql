CREATE TABLE image (
  digest     TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  size_bytes INTEGER NOT NULL
) STRICT;
CREATE TABLE snapshot_image (
  context_id  TEXT NOT NULL REFERENCES context (context_id) ON DELETE CASCADE,
  snapshot_id TEXT NOT NULL,
  digest      TEXT NOT NULL,
  PRIMARY KEY (context_id, snapshot_id)
) STRICT;
