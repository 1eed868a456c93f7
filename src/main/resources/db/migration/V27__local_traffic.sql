-- The part of the network's bytes that stayed in local networks; NULL in readings of nodes that do not tell it apart, whose
-- hashes are without it.
ALTER TABLE reading
  ADD COLUMN local_tx_bytes BIGINT NULL,
  ADD COLUMN local_rx_bytes BIGINT NULL,
  ADD CONSTRAINT reading_local_is_a_part CHECK (
    (local_tx_bytes IS NULL) = (local_rx_bytes IS NULL)
    AND (local_tx_bytes IS NULL OR (local_tx_bytes BETWEEN 0 AND net_tx_bytes AND local_rx_bytes BETWEEN 0 AND net_rx_bytes)));
