-- Who vouches for an image: Ed25519 over its digest, name, architecture and size. Nodes check it themselves; kept here to be handed on.
ALTER TABLE image
  ADD COLUMN architecture VARCHAR(16) NULL,
  ADD COLUMN key_id       CHAR(16)    NULL,
  ADD COLUMN signature    CHAR(88)    NULL,
  ADD CONSTRAINT ck_image_signature CHECK (
    signature IS NULL AND key_id IS NULL OR signature IS NOT NULL AND key_id IS NOT NULL AND architecture IS NOT NULL);
