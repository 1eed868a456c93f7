-- What each node last said it holds unpacked.
CREATE TABLE node_image (
  node_id UUID     NOT NULL,
  digest  CHAR(71) NOT NULL,
  PRIMARY KEY (node_id, digest),
  CONSTRAINT fk_node_image_node FOREIGN KEY (node_id) REFERENCES node (id)
);

-- A tebibyte fills 64 bits of byte-seconds in 97 days.
ALTER TABLE reading
  MODIFY memory_byte_seconds DECIMAL(38, 0) NOT NULL CHECK (memory_byte_seconds >= 0),
  MODIFY disk_byte_seconds   DECIMAL(38, 0) NOT NULL CHECK (disk_byte_seconds >= 0);
