CREATE TABLE departure (
  context_id TEXT PRIMARY KEY REFERENCES context (context_id) ON DELETE CASCADE,
  carried    TEXT NOT NULL
) STRICT;
