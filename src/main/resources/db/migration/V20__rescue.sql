-- The image a VPS is started from instead of its own root file system (the contract's Boot), while its owner mends it.
ALTER TABLE vps
  ADD COLUMN rescue_image_id UUID NULL,
  ADD CONSTRAINT fk_vps_rescue_image FOREIGN KEY (rescue_image_id) REFERENCES image (id);
