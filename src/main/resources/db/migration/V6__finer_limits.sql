-- Finer limits of a plan version; NULL where the usual rule holds. Units are in the names, meanings in the contract's Limits.
ALTER TABLE plan_version
  ADD COLUMN cpu_tokens_min_millis      BIGINT NULL CHECK (cpu_tokens_min_millis > 0),
  ADD COLUMN cpu_interval_millis        BIGINT NULL CHECK (cpu_interval_millis BETWEEN 10 AND 1000),
  ADD COLUMN cpu_idle_share             BIGINT NULL CHECK (cpu_idle_share BETWEEN 1 AND 1000000),
  ADD COLUMN memory_high_bytes          BIGINT NULL CHECK (memory_high_bytes > 0),
  ADD COLUMN swap_bytes                 BIGINT NULL CHECK (swap_bytes >= 0),
  ADD COLUMN io_read_bytes_per_second   BIGINT NULL CHECK (io_read_bytes_per_second > 0),
  ADD COLUMN io_write_bytes_per_second  BIGINT NULL CHECK (io_write_bytes_per_second > 0),
  ADD COLUMN io_reads_per_second        BIGINT NULL CHECK (io_reads_per_second > 0),
  ADD COLUMN io_writes_per_second       BIGINT NULL CHECK (io_writes_per_second > 0),
  ADD COLUMN io_weight                  BIGINT NULL CHECK (io_weight BETWEEN 1 AND 1000),
  ADD CONSTRAINT ck_plan_version_memory CHECK (memory_high_bytes IS NULL OR memory_high_bytes <= memory_bytes);
