-- How many snapshots of its disk a VPS of a plan version may have. A node's spec carries at most 32.
ALTER TABLE plan_version
  ADD COLUMN snapshots INT NOT NULL DEFAULT 3 CHECK (snapshots BETWEEN 0 AND 32);

-- Copies of a VPS' disk on its node. PENDING is asked for, READY is there as the node says, FAILED could not be taken, DELETING is to be
-- removed, DELETED is proven to be gone. Rows stay: they are what a VPS had when.
CREATE TABLE vps_snapshot (
  id             UUID          NOT NULL PRIMARY KEY,
  vps_id         UUID          NOT NULL,
  -- over which it was taken: restoring it needs the same one
  image_id       UUID          NOT NULL,
  operation_id   UUID          NOT NULL UNIQUE,
  slot           INT           NOT NULL CHECK (slot BETWEEN 1 AND 32),
  name           VARCHAR(64)   NOT NULL,
  created_by     VARCHAR(160)  NOT NULL,
  state          VARCHAR(16)   NOT NULL CHECK (state IN ('PENDING', 'READY', 'FAILED', 'DELETING', 'DELETED')),
  -- of the node's disk: as much as the VPS may have used until the size is known, then no more than the size
  reserved_bytes BIGINT        NOT NULL CHECK (reserved_bytes >= 0),
  size_bytes     BIGINT        NULL CHECK (size_bytes >= 0),
  failure        VARCHAR(1000) NULL,
  created_at     DATETIME(6)   NOT NULL,
  taken_at       DATETIME(6)   NULL,
  deleted_at     DATETIME(6)   NULL,
  -- of two that want the last place, one breaks its row
  used_slot      INT  AS (IF(state IN ('PENDING', 'READY'), slot, NULL)) STORED,
  pending_vps_id UUID AS (IF(state = 'PENDING', vps_id, NULL)) STORED UNIQUE,
  CONSTRAINT fk_vps_snapshot_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT fk_vps_snapshot_image FOREIGN KEY (image_id) REFERENCES image (id),
  CONSTRAINT fk_vps_snapshot_operation FOREIGN KEY (operation_id) REFERENCES operation (id),
  CONSTRAINT uq_vps_snapshot_slot UNIQUE (vps_id, used_slot),
  CONSTRAINT uq_vps_snapshot_of UNIQUE (vps_id, id),
  CONSTRAINT ck_vps_snapshot_size CHECK ((taken_at IS NULL) = (size_bytes IS NULL)),
  CONSTRAINT ck_vps_snapshot_pending CHECK (state <> 'PENDING' OR taken_at IS NULL AND failure IS NULL),
  CONSTRAINT ck_vps_snapshot_ready CHECK (state <> 'READY' OR taken_at IS NOT NULL AND failure IS NULL),
  CONSTRAINT ck_vps_snapshot_failed CHECK (state <> 'FAILED' OR taken_at IS NULL AND failure IS NOT NULL),
  CONSTRAINT ck_vps_snapshot_deleted CHECK ((state = 'DELETED') = (deleted_at IS NOT NULL)),
  CONSTRAINT ck_vps_snapshot_reserved CHECK (state NOT IN ('FAILED', 'DELETED') OR reserved_bytes = 0)
);

-- Desired layer of the disk: the contract's StorageSpec. Only snapshots of the same VPS can be named.
ALTER TABLE vps
  ADD COLUMN storage_layer BIGINT NOT NULL DEFAULT 0 CHECK (storage_layer >= 0),
  ADD COLUMN layer_from  UUID NULL,
  ADD COLUMN layer_after UUID NULL,
  ADD CONSTRAINT ck_vps_layer CHECK (storage_layer > 0 OR layer_from IS NULL AND layer_after IS NULL),
  ADD CONSTRAINT ck_vps_layer_after CHECK (layer_from IS NULL OR layer_after IS NULL OR layer_from <> layer_after),
  ADD CONSTRAINT fk_vps_layer_from FOREIGN KEY (id, layer_from) REFERENCES vps_snapshot (vps_id, id),
  ADD CONSTRAINT fk_vps_layer_after FOREIGN KEY (id, layer_after) REFERENCES vps_snapshot (vps_id, id);

-- One change of a disk at a time.
ALTER TABLE operation
  ADD COLUMN open_disk_vps_id UUID
    AS (IF(kind IN ('TAKE_SNAPSHOT', 'DELETE_SNAPSHOT', 'RESTORE', 'REINSTALL') AND finished_at IS NULL, vps_id, NULL))
    STORED,
  ADD CONSTRAINT uq_operation_disk UNIQUE (open_disk_vps_id);
