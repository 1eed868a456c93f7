-- Saved cards that are to go at the gateway, too: their owner removed them, or saved another. The row is committed with the change of payment_account,
-- before anything is sent. CREATED: nothing was sent yet; UNKNOWN: it was asked, and is not known to be gone; DONE: no customer has it there; FAILED:
-- it was asked for days, and staff must.
CREATE TABLE card_removal (
  id           UUID         NOT NULL PRIMARY KEY,
  account_id   UUID         NOT NULL,
  customer     VARCHAR(100) NOT NULL,
  -- the gateway's names differ by upper and lower case
  card         VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_by     VARCHAR(160) NOT NULL,
  asked_at     DATETIME(6)  NOT NULL,
  state        VARCHAR(16)  NOT NULL CHECK (state IN ('CREATED', 'UNKNOWN', 'DONE', 'FAILED')),
  reason       VARCHAR(500) NULL,
  attempts     INT          NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_look_at DATETIME(6)  NULL,
  done_at      DATETIME(6)  NULL,
  -- a late event of it is known by this
  CONSTRAINT uq_card_removal_card UNIQUE (customer, card),
  CONSTRAINT fk_card_removal_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT ck_card_removal_look CHECK ((state IN ('CREATED', 'UNKNOWN')) = (next_look_at IS NOT NULL)),
  CONSTRAINT ck_card_removal_done CHECK ((state = 'DONE') = (done_at IS NOT NULL)),
  CONSTRAINT ck_card_removal_failed CHECK (state <> 'FAILED' OR reason IS NOT NULL),
  INDEX ix_card_removal_state (state, next_look_at),
  INDEX ix_card_removal_account (account_id, state)
);
CREATE TRIGGER card_removal_no_change BEFORE UPDATE ON card_removal FOR EACH ROW
  -- one statement: a state that the CHECK refuses, unless what is to be removed stays
  SET NEW.state = IF(NEW.id <=> OLD.id AND NEW.account_id <=> OLD.account_id AND NEW.customer <=> OLD.customer AND NEW.card <=> OLD.card
      AND NEW.asked_by <=> OLD.asked_by AND NEW.asked_at <=> OLD.asked_at AND OLD.state <> 'DONE', NEW.state, 'CHANGED');
CREATE TRIGGER card_removal_no_delete BEFORE DELETE ON card_removal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'that a card was removed is never forgotten';

-- Who agreed that a card is charged has one. Cards that were saved before this do not say when.
ALTER TABLE payment_account
  ADD COLUMN card_saved_at DATETIME(6) NULL,
  ADD CONSTRAINT ck_payment_account_saved CHECK (card_saved_at IS NULL OR gateway_card IS NOT NULL),
  ADD CONSTRAINT ck_payment_account_charged CHECK (charge_agreed_at IS NULL OR gateway_card IS NOT NULL);
