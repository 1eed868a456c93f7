-- Readings by month. A partitioned table can neither have nor be the target of a foreign key: triggers stand for those
-- that bills rest on. That a reading is of a node with a journal is held by ingest alone, which locks the journal's row.
ALTER TABLE rated_interval
  DROP FOREIGN KEY fk_rated_interval_first,
  DROP FOREIGN KEY fk_rated_interval_last;
ALTER TABLE rated_interval
  DROP INDEX fk_rated_interval_first,
  DROP INDEX fk_rated_interval_last;
ALTER TABLE reading
  DROP FOREIGN KEY fk_reading_journal;

-- Months are made ahead of time by the portal; until it does, and whenever it did not, the last partition takes what comes.
-- The number in the journal stays unique: the journal's row is locked while a batch is taken, and only the next number is.
ALTER TABLE reading
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (node_id, seq, effective_at),
  DROP INDEX ix_reading_of_node
  PARTITION BY RANGE COLUMNS (effective_at) (PARTITION p_later VALUES LESS THAN (MAXVALUE));

-- Which lines rest on a VPS's readings.
ALTER TABLE invoice_line
  ADD INDEX ix_invoice_line_vps (vps_id);

CREATE TRIGGER rated_interval_rests_on_readings BEFORE INSERT ON rated_interval FOR EACH ROW
BEGIN
  -- close to the interval first: so one or two months are looked at, not all
  DECLARE since DATETIME(3) DEFAULT NEW.interval_from - INTERVAL 1 DAY;
  DECLARE until DATETIME(3) DEFAULT NEW.interval_to + INTERVAL 1 DAY;
  IF (NEW.node_id IS NULL) <> (NEW.first_seq IS NULL) OR (NEW.node_id IS NULL) <> (NEW.last_seq IS NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval names two readings of a node, or none';
  END IF;
  IF NEW.first_seq IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.first_seq
                     AND effective_at >= since AND effective_at < until)
     AND NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.first_seq) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval rests on a reading that is not there';
  END IF;
  IF NEW.last_seq IS NOT NULL AND NEW.last_seq <> NEW.first_seq
     AND NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.last_seq
                     AND effective_at >= since AND effective_at < until)
     AND NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.last_seq) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval rests on a reading that is not there';
  END IF;
END;

CREATE TRIGGER reading_no_delete_under_a_bill BEFORE DELETE ON reading FOR EACH ROW
BEGIN
  IF EXISTS (SELECT 1 FROM invoice_line l JOIN rated_interval i ON i.invoice_id = l.invoice_id AND i.line = l.n
             WHERE l.vps_id = OLD.context_id AND i.node_id = OLD.node_id
             AND OLD.seq BETWEEN i.first_seq AND i.last_seq) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a bill rests on this reading';
  END IF;
END;
