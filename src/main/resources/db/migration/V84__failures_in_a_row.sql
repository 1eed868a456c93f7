-- How often in a row computing a period failed: what makes the next try wait longer. Looks at a gate that was shut do not.
ALTER TABLE billing_period ADD COLUMN failures INT NOT NULL DEFAULT 0 CHECK (failures >= 0);
