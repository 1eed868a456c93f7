-- What a node's own look at its contexts' networks found last; NULL before the first.
ALTER TABLE node
  ADD COLUMN network_checked_at  DATETIME(6) NULL,
  ADD COLUMN network_contexts    BIGINT      NULL,
  ADD COLUMN network_holds       BOOLEAN     NULL,
  ADD COLUMN network_deviated_at DATETIME(6) NULL,
  ADD COLUMN network_deviations  TEXT        NULL;
