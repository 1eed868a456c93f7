-- What the first boot of a VPS is told (the contract's UserData). It may hold secrets, and is forgotten when the VPS is to be deleted.
ALTER TABLE vps
  ADD COLUMN user_data TEXT CHARACTER SET utf8mb4 NULL CHECK (OCTET_LENGTH(user_data) BETWEEN 1 AND 16384),
  ADD CONSTRAINT ck_vps_user_data CHECK (desired_state <> 'DELETED' OR user_data IS NULL);
