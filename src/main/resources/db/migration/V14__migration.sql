-- A VPS on its way from one node to another (docs/adr/0011-cold-migration.md). COPYING: the source stops it and hands over what it has;
-- SWITCHED: the target takes it; SEALED: the target has it, the source is to forget it; GAVE_UP: it is back where it was.
CREATE TABLE migration (
  id             UUID          NOT NULL PRIMARY KEY,
  vps_id         UUID          NOT NULL,
  source_node_id UUID          NOT NULL,
  target_node_id UUID          NOT NULL,
  state          VARCHAR(16)   NOT NULL CHECK (state IN ('COPYING', 'SWITCHED', 'SEALED', 'GAVE_UP')),
  -- the contract's Departure as the source gave it, once all pieces are there and are what it says
  departure      TEXT          NULL,
  failure        VARCHAR(1000) NULL,
  created_by     VARCHAR(160)  NOT NULL,
  created_at     DATETIME(6)   NOT NULL,
  ended_at       DATETIME(6)   NULL,
  -- one at a time
  open_vps_id UUID AS (IF(state IN ('COPYING', 'SWITCHED'), vps_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_migration_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_migration_source FOREIGN KEY (source_node_id) REFERENCES node (id),
  CONSTRAINT fk_migration_target FOREIGN KEY (target_node_id) REFERENCES node (id),
  CONSTRAINT ck_migration_nodes CHECK (source_node_id <> target_node_id),
  CONSTRAINT ck_migration_ended CHECK ((state IN ('SEALED', 'GAVE_UP')) = (ended_at IS NOT NULL)),
  CONSTRAINT ck_migration_departure CHECK (state NOT IN ('SWITCHED', 'SEALED') OR departure IS NOT NULL)
);

-- Its disk on the way, in pieces, so that every replica of the portal can take and give them.
CREATE TABLE migration_piece (
  migration_id UUID       NOT NULL,
  n            INT        NOT NULL CHECK (n >= 0),
  bytes        MEDIUMBLOB NOT NULL,
  PRIMARY KEY (migration_id, n),
  CONSTRAINT fk_migration_piece FOREIGN KEY (migration_id) REFERENCES migration (id)
);
