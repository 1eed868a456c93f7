-- Byte-seconds of snapshots; NULL in readings of contexts that never had one, whose hashes are without it.
ALTER TABLE reading
  ADD COLUMN snapshot_byte_seconds DECIMAL(38, 0) NULL CHECK (snapshot_byte_seconds >= 0);

ALTER TABLE tariff_line
  MODIFY COLUMN meter VARCHAR(40) NULL CHECK (meter IN ('RUNNING_VM', 'CPU_TIME', 'MEMORY', 'VOLUME', 'SNAPSHOT', 'IP_ADDRESS',
                                                        'NETWORK_BYTES_SENT', 'NETWORK_BYTES_RECEIVED'));
