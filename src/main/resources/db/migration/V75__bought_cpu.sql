-- CPU time beyond the bank: drawn from bought credit, and as surplus. NULL in readings of a context that never drew any, whose hashes are
-- without it.
ALTER TABLE reading
  ADD COLUMN cpu_credit_usec BIGINT NULL,
  ADD COLUMN cpu_surplus_usec BIGINT NULL,
  ADD CONSTRAINT reading_bought_cpu CHECK (
    (cpu_credit_usec IS NULL) = (cpu_surplus_usec IS NULL)
    AND (cpu_credit_usec IS NULL OR (cpu_credit_usec >= 0 AND cpu_surplus_usec >= 0)));

-- Surplus can have a price: one, for each unit from the first, so that an amount of money is a quantity.
ALTER TABLE tariff_line
  MODIFY COLUMN meter VARCHAR(40) NULL CHECK (meter IN ('RUNNING_VM', 'CPU_TIME', 'CPU_SURPLUS', 'MEMORY', 'VOLUME', 'SNAPSHOT',
                                                        'IP_ADDRESS', 'NETWORK_BYTES_SENT', 'NETWORK_BYTES_RECEIVED')),
  ADD COLUMN surplus_of UUID AS (IF(meter = 'CPU_SURPLUS', plan_version_id, NULL)) STORED,
  ADD CONSTRAINT ck_tariff_line_surplus
    CHECK (meter IS NULL OR meter <> 'CPU_SURPLUS' OR (model = 'USAGE' AND included_quantity = 0 AND unit_price > 0)),
  ADD CONSTRAINT uq_tariff_line_surplus UNIQUE (surplus_of);
