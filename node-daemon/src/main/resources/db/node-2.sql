ALTER TABLE context ADD COLUMN failure_code TEXT;
ALTER TABLE context ADD COLUMN failure_detail TEXT;
