-- Readings that came after a bill was closed, and that no later bill will correct it by: staff are told once for each VPS, node and period.
CREATE TABLE late_readings_told (
  of_period UUID        NOT NULL,
  vps_id    UUID        NOT NULL,
  node_id   UUID        NOT NULL,
  told_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (of_period, vps_id, node_id),
  CONSTRAINT fk_late_readings_told_period FOREIGN KEY (of_period) REFERENCES billing_period (id),
  CONSTRAINT fk_late_readings_told_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_late_readings_told_node FOREIGN KEY (node_id) REFERENCES node (id)
);
ALTER TABLE metering_finding
  MODIFY COLUMN kind VARCHAR(20) NOT NULL CHECK (kind IN ('CLOCK_AHEAD', 'CLOCK_JUMP', 'LATE_READINGS'));
