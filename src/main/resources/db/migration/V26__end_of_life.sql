-- Until when a distribution mends an image's system, and whether staff sell it afterwards all the same. What runs, runs on.
ALTER TABLE image
  ADD COLUMN end_of_life            DATE    NULL,
  ADD COLUMN sold_after_end_of_life BOOLEAN NOT NULL DEFAULT FALSE;
