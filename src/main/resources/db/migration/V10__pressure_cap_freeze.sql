-- After how much in a day or month of UTC's calendar a VPS is slowed down, and to what; all or none. Meanings are in the contract's NetworkSpec.
ALTER TABLE plan_version
  ADD COLUMN net_cap_window VARCHAR(8) NULL CHECK (net_cap_window IN ('DAY', 'MONTH')),
  ADD COLUMN net_cap_bytes  BIGINT NULL CHECK (net_cap_bytes > 0),
  ADD COLUMN net_floor_bits BIGINT NULL CHECK (net_floor_bits BETWEEN 8000 AND 400000000000),
  ADD CONSTRAINT ck_plan_version_volume_cap CHECK ((net_cap_window IS NULL) = (net_cap_bytes IS NULL)
                                                   AND (net_cap_bytes IS NULL) = (net_floor_bits IS NULL));

-- How a VPS meets its limits, as its node said last. For its owner to see, never for money.
CREATE TABLE vps_pressure (
  vps_id             UUID         NOT NULL PRIMARY KEY,
  at                 DATETIME(6)  NOT NULL,
  oom_kills          BIGINT       NOT NULL CHECK (oom_kills >= 0),
  memory_limit_hits  BIGINT       NOT NULL CHECK (memory_limit_hits >= 0),
  processes_refused  BIGINT       NOT NULL CHECK (processes_refused >= 0),
  last_oom_at        DATETIME(3)  NULL,
  last_oom_process   VARCHAR(64)  NULL,
  volume_since       DATETIME(3)  NULL,
  volume_bytes       BIGINT       NULL CHECK (volume_bytes >= 0),
  volume_slowed      BOOLEAN      NULL,
  CONSTRAINT ck_vps_pressure_oom CHECK ((last_oom_at IS NULL) = (last_oom_process IS NULL)),
  CONSTRAINT ck_vps_pressure_volume CHECK ((volume_since IS NULL) = (volume_bytes IS NULL)
                                           AND (volume_bytes IS NULL) = (volume_slowed IS NULL)),
  CONSTRAINT fk_vps_pressure_vps FOREIGN KEY (vps_id) REFERENCES vps (id)
);

-- A VPS gets an address of each version of IP its node has a pool of.
ALTER TABLE ip_pool ADD COLUMN family VARCHAR(4) AS (IF(INSTR(cidr, ':') > 0, 'IPV6', 'IPV4')) STORED;

-- A suspended VPS is shut down, or its processes are held where they are.
ALTER TABLE vps ADD COLUMN suspended_how VARCHAR(8) NULL CHECK (suspended_how IN ('STOP', 'FREEZE'));
UPDATE vps SET suspended_how = 'STOP' WHERE suspended_at IS NOT NULL;
ALTER TABLE vps ADD CONSTRAINT ck_vps_suspended_how CHECK ((suspended_how IS NULL) = (suspended_at IS NULL));
