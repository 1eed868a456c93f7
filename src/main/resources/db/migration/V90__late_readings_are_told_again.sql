-- What staff were told of is theirs to settle, and no bill corrects it. They are told again of what comes after that.
ALTER TABLE late_readings_told
  -- the newest reading that they were told of; the highest number of all where none that comes later is of that time
  ADD COLUMN seq       BIGINT  NOT NULL DEFAULT 9223372036854775807 CHECK (seq > 0),
  ADD COLUMN went_back BOOLEAN NOT NULL DEFAULT FALSE,
  ADD INDEX ix_late_readings_told_node (node_id, told_at);
ALTER TABLE late_readings_told ALTER COLUMN seq DROP DEFAULT, ALTER COLUMN went_back DROP DEFAULT;
