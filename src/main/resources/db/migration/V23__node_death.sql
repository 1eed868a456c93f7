-- Nodes that are gone for good, as an administrator said who had fenced them. What was on one is lost; room and addresses of it are kept from everybody
-- until they are released.
CREATE TABLE node_death (
  node_id     UUID         NOT NULL PRIMARY KEY,
  reason      VARCHAR(500) NOT NULL,
  declared_by VARCHAR(160) NOT NULL,
  declared_at DATETIME(6)  NOT NULL,
  released_by VARCHAR(160) NULL,
  released_at DATETIME(6)  NULL,
  CONSTRAINT fk_node_death_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT ck_node_death_released CHECK ((released_at IS NULL) = (released_by IS NULL)),
  CONSTRAINT ck_node_death_order CHECK (released_at IS NULL OR released_at >= declared_at)
);
