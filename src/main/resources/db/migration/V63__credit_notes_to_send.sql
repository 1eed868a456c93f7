-- Credit notes are told by mail as invoices are; those from before are not.
CREATE TRIGGER credit_note_is_to_be_sent AFTER INSERT ON credit_note FOR EACH ROW
  INSERT INTO document_to_send (document_id, kind, issued_at, next_attempt_at)
    VALUES (NEW.id, 'CREDIT_NOTE', NEW.issued_at, NEW.issued_at);
