-- The same check as before, with less to look at: lines of a bill that rest on the same two readings need one look, and a reading is looked for in the month around its
-- own end of the interval first, then everywhere.
DROP TRIGGER rated_interval_rests_on_readings;
CREATE TRIGGER rated_interval_rests_on_readings BEFORE INSERT ON rated_interval FOR EACH ROW
BEGIN
  IF (NEW.node_id IS NULL) <> (NEW.first_seq IS NULL) OR (NEW.node_id IS NULL) <> (NEW.last_seq IS NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval names two readings of a node, or none';
  END IF;
  IF NEW.first_seq IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM rated_interval WHERE invoice_id = NEW.invoice_id AND node_id = NEW.node_id
                     AND first_seq = NEW.first_seq AND last_seq = NEW.last_seq) THEN
    IF NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.first_seq
                   AND effective_at >= NEW.interval_from - INTERVAL 1 DAY
                   AND effective_at < NEW.interval_from + INTERVAL 1 DAY)
       AND NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.first_seq) THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval rests on a reading that is not there';
    END IF;
    IF NEW.last_seq <> NEW.first_seq
       AND NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.last_seq
                       AND effective_at >= NEW.interval_to - INTERVAL 1 DAY
                       AND effective_at < NEW.interval_to + INTERVAL 1 DAY)
       AND NOT EXISTS (SELECT 1 FROM reading WHERE node_id = NEW.node_id AND seq = NEW.last_seq) THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a rated interval rests on a reading that is not there';
    END IF;
  END IF;
END;
