-- How many addresses of each version of IP a VPS of a plan version may have. A node's spec carries at most 16 in all.
ALTER TABLE plan_version
  ADD COLUMN addresses_ipv4 INT NOT NULL DEFAULT 4 CHECK (addresses_ipv4 BETWEEN 1 AND 8),
  ADD COLUMN addresses_ipv6 INT NOT NULL DEFAULT 4 CHECK (addresses_ipv6 BETWEEN 0 AND 8);

-- From which change on an address that was given back is out of use: its quarantine does not end before the node has made it.
ALTER TABLE ip_address
  ADD COLUMN left_vps_id     UUID   NULL,
  ADD COLUMN left_generation BIGINT NULL,
  ADD CONSTRAINT fk_ip_address_left FOREIGN KEY (left_vps_id) REFERENCES vps (id),
  ADD CONSTRAINT ck_ip_address_left CHECK ((left_vps_id IS NULL) = (left_generation IS NULL));
