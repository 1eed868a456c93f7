-- Root's password: how often it was reset, and the hash of the newest. The password itself is stored nowhere.
ALTER TABLE vps
  ADD COLUMN password_resets BIGINT NOT NULL DEFAULT 0 CHECK (password_resets >= 0),
  ADD COLUMN password_hash VARCHAR(200) CHARACTER SET ascii NULL,
  ADD CONSTRAINT ck_vps_password CHECK ((password_resets = 0) = (password_hash IS NULL));

-- Which kinds there are is said in one place, the code's Operation.Kind; here only what all of them look like.
ALTER TABLE operation
  MODIFY COLUMN kind VARCHAR(16) NOT NULL CHECK (kind REGEXP '^[A-Z]+(_[A-Z]+)*$');
