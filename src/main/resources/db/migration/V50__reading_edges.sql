-- Where a context's counters do not simply go on: starts, stops, gaps, counters that went back. Between two such places the first and the
-- last reading say all that a sum needs. Few rows beside the readings.
CREATE TABLE reading_edge (
  node_id      UUID        NOT NULL,
  context_id   UUID        NOT NULL,
  effective_at DATETIME(3) NOT NULL,
  seq          BIGINT      NOT NULL,
  -- the context's reading before: what the edge is compared with
  before_seq   BIGINT      NOT NULL,
  before_at    DATETIME(3) NOT NULL,
  -- a counter that money rests on went back within its epoch
  faulty       BOOLEAN     NOT NULL,
  PRIMARY KEY (node_id, context_id, effective_at, seq),
  CONSTRAINT fk_reading_edge_journal FOREIGN KEY (node_id) REFERENCES node_journal (node_id),
  CONSTRAINT ck_reading_edge_order CHECK (before_seq < seq AND before_at <= effective_at)
);

INSERT INTO reading_edge (node_id, context_id, effective_at, seq, before_seq, before_at, faulty)
SELECT node_id, context_id, effective_at, seq, before_seq, before_at, faulty
FROM (
  SELECT node_id, context_id, effective_at, seq, kind, boot_id, start_no, faulty, local_tx_bytes, local_rx_bytes,
         LAG(seq) OVER w AS before_seq, LAG(effective_at) OVER w AS before_at, LAG(boot_id) OVER w AS before_boot,
         LAG(start_no) OVER w AS before_start, LAG(local_tx_bytes) OVER w AS before_tx, LAG(local_rx_bytes) OVER w AS before_rx
  FROM reading WINDOW w AS (PARTITION BY node_id, context_id ORDER BY seq)) r
WHERE before_seq IS NOT NULL
  AND (kind <> 'SAMPLE' OR faulty OR boot_id <> before_boot OR start_no <> before_start
       OR COALESCE(local_tx_bytes, 0) < COALESCE(before_tx, 0) OR COALESCE(local_rx_bytes, 0) < COALESCE(before_rx, 0));
