-- Mail that is to go out and what became of it. What a mail says never changes; each key is sent once.
CREATE TABLE outbox_mail (
  id          UUID         NOT NULL PRIMARY KEY,
  -- what it tells about what, such as invoice/<id>: a second mail of the same key is none
  mail_key    VARCHAR(120) NOT NULL UNIQUE,
  kind        VARCHAR(40)  NOT NULL,
  account_id  UUID         NULL,
  recipient   VARCHAR(254) NOT NULL,
  sender_name VARCHAR(120) NULL,
  reply_to    VARCHAR(254) NULL,
  language    CHAR(2)      NOT NULL CHECK (language IN ('en', 'de', 'fr', 'es')),
  subject     VARCHAR(200) NOT NULL,
  body        TEXT         NOT NULL,
  state       VARCHAR(16)  NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'SENT', 'FAILED')),
  -- 1, and one more each time that staff send it again
  round       INT          NOT NULL DEFAULT 1 CHECK (round > 0),
  attempts    INT          NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  queued_at   DATETIME(6)  NOT NULL,
  -- since when this round waits
  waits_since DATETIME(6)  NOT NULL,
  -- also how long a replica that sends it has it for itself
  next_attempt_at DATETIME(6) NULL,
  sent_at     DATETIME(6)  NULL,
  CONSTRAINT fk_outbox_mail_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT ck_outbox_mail_queued CHECK ((state = 'QUEUED') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT ck_outbox_mail_sent CHECK (state <> 'SENT' OR sent_at IS NOT NULL),
  INDEX ix_outbox_mail_due (state, next_attempt_at),
  INDEX ix_outbox_mail_account (account_id, id)
);
CREATE TRIGGER outbox_mail_says_the_same BEFORE UPDATE ON outbox_mail FOR EACH ROW
  SET NEW.state = IF(NEW.id <=> OLD.id AND NEW.mail_key <=> OLD.mail_key AND NEW.kind <=> OLD.kind
      AND NEW.account_id <=> OLD.account_id AND NEW.recipient <=> OLD.recipient
      AND NEW.sender_name <=> OLD.sender_name AND NEW.reply_to <=> OLD.reply_to AND NEW.language <=> OLD.language
      AND NEW.subject <=> OLD.subject AND NEW.body <=> OLD.body AND NEW.queued_at <=> OLD.queued_at,
      NEW.state, 'CHANGED');

-- Files that are made when the mail is sent: who makes them, and of what.
CREATE TABLE outbox_attachment (
  mail_id  UUID        NOT NULL,
  position INT         NOT NULL CHECK (position > 0),
  maker    VARCHAR(40) NOT NULL,
  subject  VARCHAR(80) NOT NULL,
  PRIMARY KEY (mail_id, position),
  CONSTRAINT fk_outbox_attachment_mail FOREIGN KEY (mail_id) REFERENCES outbox_mail (id)
);

CREATE TABLE outbox_attempt (
  mail_id UUID         NOT NULL,
  round   INT          NOT NULL,
  attempt INT          NOT NULL CHECK (attempt > 0),
  at      DATETIME(6)  NOT NULL,
  outcome VARCHAR(16)  NOT NULL CHECK (outcome IN ('SENT', 'LATER', 'NEVER')),
  -- what the mail server said, or why it was not asked
  answer  VARCHAR(500) NOT NULL,
  PRIMARY KEY (mail_id, round, attempt),
  CONSTRAINT fk_outbox_attempt_mail FOREIGN KEY (mail_id) REFERENCES outbox_mail (id)
);
CREATE TRIGGER outbox_attempt_no_update BEFORE UPDATE ON outbox_attempt FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an attempt to send never changes';
CREATE TRIGGER outbox_attempt_no_delete BEFORE DELETE ON outbox_attempt FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an attempt to send is never removed';
