-- What the link to the world carries and what of it is promised; NULL where a node names none: then nothing can be promised on it.
ALTER TABLE node
  ADD COLUMN uplink_bits BIGINT NULL CHECK (uplink_bits > 0),
  ADD COLUMN reserved_uplink_bits BIGINT NOT NULL DEFAULT 0 CHECK (reserved_uplink_bits >= 0),
  ADD CONSTRAINT ck_node_uplink CHECK (reserved_uplink_bits <= COALESCE(uplink_bits, 0));
