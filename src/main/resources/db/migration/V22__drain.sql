-- A node that is emptied by moving its VPS to others (docs/howto/drain-a-node.md). RUNNING: begins moves; STOPPING: begins none any more, and those that
-- were begun go on; STOPPED and DONE: ended.
CREATE TABLE drain (
  id         UUID         NOT NULL PRIMARY KEY,
  node_id    UUID         NOT NULL,
  state      VARCHAR(16)  NOT NULL CHECK (state IN ('RUNNING', 'STOPPING', 'STOPPED', 'DONE')),
  -- how many VPS move at the same time
  at_once    INT          NOT NULL CHECK (at_once BETWEEN 1 AND 8),
  reason     VARCHAR(400) NOT NULL,
  created_by VARCHAR(160) NOT NULL,
  created_at DATETIME(6)  NOT NULL,
  ended_at   DATETIME(6)  NULL,
  -- one at a time
  open_node_id UUID AS (IF(state IN ('RUNNING', 'STOPPING'), node_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_drain_node FOREIGN KEY (node_id) REFERENCES node (id),
  CONSTRAINT ck_drain_ended CHECK ((state IN ('STOPPED', 'DONE')) = (ended_at IS NOT NULL))
);

-- Where its VPS may go; without any, to every node that takes VPS.
CREATE TABLE drain_target (
  drain_id UUID NOT NULL,
  node_id  UUID NOT NULL,
  PRIMARY KEY (drain_id, node_id),
  CONSTRAINT fk_drain_target_drain FOREIGN KEY (drain_id) REFERENCES drain (id),
  CONSTRAINT fk_drain_target_node FOREIGN KEY (node_id) REFERENCES node (id)
);

-- What became of each VPS. WAITING with a cause is tried again; REFUSED stays where it is; LEFT had not begun when the drain was stopped.
CREATE TABLE drain_vps (
  drain_id     UUID          NOT NULL,
  vps_id       UUID          NOT NULL,
  state        VARCHAR(16)   NOT NULL CHECK (state IN ('WAITING', 'MOVING', 'MOVED', 'REFUSED', 'LEFT')),
  migration_id UUID          NULL,
  cause        VARCHAR(1000) NULL,
  tried_at     DATETIME(6)   NULL,
  created_at   DATETIME(6)   NOT NULL,
  changed_at   DATETIME(6)   NOT NULL,
  PRIMARY KEY (drain_id, vps_id),
  CONSTRAINT uq_drain_vps_migration UNIQUE (drain_id, migration_id),
  CONSTRAINT fk_drain_vps_drain FOREIGN KEY (drain_id) REFERENCES drain (id),
  CONSTRAINT fk_drain_vps_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_drain_vps_migration FOREIGN KEY (migration_id) REFERENCES migration (id),
  CONSTRAINT ck_drain_vps_moving CHECK (state NOT IN ('MOVING', 'MOVED') OR migration_id IS NOT NULL AND cause IS NULL),
  CONSTRAINT ck_drain_vps_refused CHECK (state <> 'REFUSED' OR cause IS NOT NULL),
  INDEX ix_drain_vps_next (drain_id, state, tried_at)
);
