-- Moving in full (docs/adr/0011-cold-migration.md). RETURNING: it was switched and is to go back, and the target has not yet shown that nothing of it
-- is left there. The source hands over under source_generation, the target takes it under the next one.
ALTER TABLE migration DROP COLUMN open_vps_id;
ALTER TABLE migration
  MODIFY COLUMN state VARCHAR(16) NOT NULL CHECK (state IN ('COPYING', 'SWITCHED', 'RETURNING', 'SEALED', 'GAVE_UP')),
  ADD COLUMN source_generation BIGINT NOT NULL CHECK (source_generation > 0),
  ADD COLUMN reason VARCHAR(500) NOT NULL,
  ADD COLUMN open_vps_id UUID AS (IF(state IN ('COPYING', 'SWITCHED', 'RETURNING'), vps_id, NULL)) STORED UNIQUE,
  ADD CONSTRAINT uq_migration_generation UNIQUE (vps_id, source_generation),
  ADD CONSTRAINT ck_migration_returning CHECK (state <> 'RETURNING' OR departure IS NOT NULL);

-- What a node still has of a VPS that is another node's. Sealed: it is told what it was told last. Tombstone: it is to forget it. What was reserved for
-- it on the node (that of its plan then) is held until the node has shown that nothing is left; then the row goes.
CREATE TABLE vps_leftover (
  vps_id          UUID          NOT NULL,
  node_id         UUID          NOT NULL,
  plan_version_id UUID          NOT NULL,
  image_id        UUID          NOT NULL,
  generation      BIGINT        NOT NULL CHECK (generation > 0),
  revision        BIGINT        NOT NULL CHECK (revision > 0),
  tombstone       BOOLEAN       NOT NULL,
  migration_id    UUID          NOT NULL,
  failure         VARCHAR(1000) NULL,
  PRIMARY KEY (vps_id, node_id),
  CONSTRAINT fk_vps_leftover_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_vps_leftover_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT fk_vps_leftover_version FOREIGN KEY (plan_version_id) REFERENCES plan_version (id),
  CONSTRAINT fk_vps_leftover_image FOREIGN KEY (image_id) REFERENCES image (id),
  CONSTRAINT fk_vps_leftover_migration FOREIGN KEY (migration_id) REFERENCES migration (id),
  CONSTRAINT uq_vps_leftover_revision UNIQUE (node_id, revision)
);

-- Nodes that serve a pool beside the one it was given to: a VPS keeps its addresses when it moves among them.
CREATE TABLE ip_pool_node (
  pool_id UUID NOT NULL,
  node_id UUID NOT NULL,
  PRIMARY KEY (pool_id, node_id),
  CONSTRAINT fk_ip_pool_node_pool FOREIGN KEY (pool_id) REFERENCES ip_pool (id),
  CONSTRAINT fk_ip_pool_node_node FOREIGN KEY (node_id) REFERENCES node (id)
);
