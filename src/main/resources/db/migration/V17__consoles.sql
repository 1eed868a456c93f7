-- What opens one console once: only the hash is kept of what the browser is given.
CREATE TABLE console_ticket (
  hash       CHAR(64)     CHARACTER SET ascii NOT NULL PRIMARY KEY,
  vps_id     UUID         NOT NULL,
  subject    VARCHAR(160) NOT NULL,
  -- why staff look into somebody else's VPS; nobody else has to say
  reason     VARCHAR(500) NULL,
  expires_at DATETIME(6)  NOT NULL,
  used_at    DATETIME(6)  NULL,
  CONSTRAINT fk_console_ticket_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  INDEX ix_console_ticket_expires (expires_at)
);

-- Consoles that were opened. One whose portal died is over when it was not seen for a while.
CREATE TABLE console_session (
  id          UUID         NOT NULL PRIMARY KEY,
  vps_id      UUID         NOT NULL,
  ticket_hash CHAR(64)     CHARACTER SET ascii NOT NULL UNIQUE,
  subject     VARCHAR(160) NOT NULL,
  reason      VARCHAR(500) NULL,
  opened_at   DATETIME(6)  NOT NULL,
  seen_at     DATETIME(6)  NOT NULL,
  closed_at   DATETIME(6)  NULL,
  CONSTRAINT fk_console_session_vps FOREIGN KEY (vps_id) REFERENCES vps (id),
  CONSTRAINT ck_console_session_closed CHECK (closed_at IS NULL OR closed_at >= opened_at),
  INDEX ix_console_session_vps (vps_id, seen_at)
);
