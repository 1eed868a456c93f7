-- Rates of a plan version in bits per second; NULL where nothing is reserved or limited. Meanings are in the contract's NetworkSpec.
ALTER TABLE plan_version
  ADD COLUMN net_reserved_bits BIGINT NULL CHECK (net_reserved_bits BETWEEN 8000 AND 400000000000),
  ADD COLUMN net_ceiling_bits  BIGINT NULL CHECK (net_ceiling_bits BETWEEN 8000 AND 400000000000),
  ADD COLUMN net_share         BIGINT NULL CHECK (net_share BETWEEN 1 AND 100),
  ADD COLUMN net_received_bits BIGINT NULL CHECK (net_received_bits BETWEEN 8000 AND 400000000000),
  ADD CONSTRAINT ck_plan_version_network CHECK (net_reserved_bits IS NULL OR net_ceiling_bits IS NULL
                                                OR net_reserved_bits <= net_ceiling_bits);

-- A VPS without a row has no firewall.
CREATE TABLE vps_firewall (
  vps_id   UUID       NOT NULL PRIMARY KEY,
  inbound  VARCHAR(8) NOT NULL CHECK (inbound IN ('ACCEPT', 'DROP')),
  outbound VARCHAR(8) NOT NULL CHECK (outbound IN ('ACCEPT', 'DROP')),
  CONSTRAINT fk_vps_firewall_vps FOREIGN KEY (vps_id) REFERENCES vps (id)
);

CREATE TABLE vps_firewall_rule (
  vps_id     UUID        NOT NULL,
  position   INT         NOT NULL CHECK (position >= 0),
  direction  VARCHAR(8)  NOT NULL CHECK (direction IN ('IN', 'OUT')),
  verdict    VARCHAR(8)  NOT NULL CHECK (verdict IN ('ACCEPT', 'DROP')),
  protocol   VARCHAR(8)  NOT NULL CHECK (protocol IN ('ANY', 'TCP', 'UDP', 'ICMP')),
  first_port INT         NULL CHECK (first_port BETWEEN 1 AND 65535),
  last_port  INT         NULL CHECK (last_port BETWEEN 1 AND 65535),
  peer       VARCHAR(43) NULL,
  PRIMARY KEY (vps_id, position),
  CONSTRAINT ck_vps_firewall_rule_ports CHECK ((first_port IS NULL) = (last_port IS NULL) AND first_port <= last_port),
  CONSTRAINT fk_vps_firewall_rule_firewall FOREIGN KEY (vps_id) REFERENCES vps_firewall (vps_id)
);
