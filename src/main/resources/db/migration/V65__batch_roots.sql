-- The node's signature over the root of the tree of a batch's record hashes, and these hashes: from them the path of each record
-- can be shown without other customers' readings, and as long as readings of others are kept does not matter.
ALTER TABLE reading_batch
  ADD COLUMN root_signature VARCHAR(256) NULL,
  -- 32 bytes for each record of the batch as the node signed it: it may begin before first_seq, where a part was sent before
  ADD COLUMN leaves_from BIGINT NULL,
  ADD COLUMN leaves BLOB NULL,
  ADD CONSTRAINT ck_reading_batch_root CHECK (
    (root_signature IS NULL) = (leaves IS NULL) AND (root_signature IS NULL) = (leaves_from IS NULL)),
  ADD CONSTRAINT ck_reading_batch_leaves CHECK (
    leaves_from IS NULL OR (leaves_from BETWEEN 1 AND first_seq AND OCTET_LENGTH(leaves) = 32 * (last_seq - leaves_from + 1)));
