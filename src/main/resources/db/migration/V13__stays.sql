-- Nodes that a VPS was on before the one it is on. What it used there is in their journals and stays billed.
CREATE TABLE vps_stay (
  vps_id     UUID        NOT NULL,
  node_id    UUID        NOT NULL,
  -- of the spec by which it left: the journal's last record of the stay is a CLOSE under it
  generation BIGINT      NOT NULL CHECK (generation > 0),
  left_at    DATETIME(6) NOT NULL,
  PRIMARY KEY (vps_id, left_at, node_id),
  CONSTRAINT fk_vps_stay_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_vps_stay_node FOREIGN KEY (node_id) REFERENCES node (id)
);
