-- With what a VPS is started (names of the contract's features, in its order), and when.
ALTER TABLE vps
  ADD COLUMN features VARCHAR(60) CHARACTER SET ascii NOT NULL DEFAULT '' CHECK (features REGEXP '^(NESTING)? ?(FUSE)? ?(TUN)?$'),
  ADD COLUMN start_priority INT NOT NULL DEFAULT 0 CHECK (start_priority BETWEEN 0 AND 100);
