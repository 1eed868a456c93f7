-- Payments through a gateway: what it was asked, what it said, what it gave back.
ALTER TABLE payment
  -- the page of the gateway on which the customer pays
  ADD COLUMN session_id VARCHAR(160) NULL UNIQUE,
  ADD COLUMN next_url   VARCHAR(1000) NULL,
  -- while one is on its way for an invoice, no second one is begun
  ADD COLUMN under_way_id UUID AS (IF(method = 'STRIPE' AND state IN ('CREATED', 'PENDING', 'UNKNOWN'), invoice_id, NULL))
    STORED UNIQUE;

ALTER TABLE payment_account
  ADD COLUMN gateway_customer VARCHAR(100) NULL UNIQUE,
  ADD COLUMN gateway_card     VARCHAR(100) NULL,
  ADD CONSTRAINT ck_payment_account_card CHECK (gateway_card IS NULL OR gateway_customer IS NOT NULL);

-- Each event of a gateway has its effect once: this row and the effect are one transaction.
CREATE TABLE gateway_event (
  method      VARCHAR(16)  NOT NULL,
  event_id    VARCHAR(100) NOT NULL,
  kind        VARCHAR(80)  NOT NULL,
  outcome     VARCHAR(300) NOT NULL,
  received_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (method, event_id)
);
CREATE TRIGGER gateway_event_no_update BEFORE UPDATE ON gateway_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an event of a gateway never changes';

CREATE TABLE refund (
  id          UUID         NOT NULL PRIMARY KEY,
  payment_id  UUID         NOT NULL,
  state       VARCHAR(16)  NOT NULL CHECK (state IN ('CREATED', 'PENDING', 'UNKNOWN', 'SUCCEEDED', 'FAILED')),
  external_id VARCHAR(160) NULL UNIQUE,
  amount      BIGINT       NOT NULL CHECK (amount > 0),
  why         VARCHAR(300) NOT NULL,
  reason      VARCHAR(500) NULL,
  created_by  VARCHAR(160) NOT NULL,
  created_at  DATETIME(6)  NOT NULL,
  attempts    INT          NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_look_at DATETIME(6) NULL,
  CONSTRAINT fk_refund_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
  INDEX ix_refund_payment (payment_id, id),
  INDEX ix_refund_state (state, next_look_at)
);
CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a refund is never removed';

CREATE TABLE dispute (
  id          UUID         NOT NULL PRIMARY KEY,
  payment_id  UUID         NOT NULL,
  external_id VARCHAR(100) NOT NULL UNIQUE,
  state       VARCHAR(16)  NOT NULL CHECK (state IN ('OPEN', 'WON', 'LOST')),
  amount      BIGINT       NOT NULL CHECK (amount > 0),
  opened_at   DATETIME(6)  NOT NULL,
  closed_at   DATETIME(6)  NULL,
  CONSTRAINT fk_dispute_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
  CONSTRAINT ck_dispute_closed CHECK ((state = 'OPEN') = (closed_at IS NULL)),
  INDEX ix_dispute_payment (payment_id)
);
CREATE TRIGGER dispute_no_change BEFORE UPDATE ON dispute FOR EACH ROW
  SET NEW.state = IF(NEW.id <=> OLD.id AND NEW.payment_id <=> OLD.payment_id AND NEW.external_id <=> OLD.external_id
      AND NEW.amount <=> OLD.amount AND OLD.state = 'OPEN', NEW.state, 'CHANGED');
CREATE TRIGGER dispute_no_delete BEFORE DELETE ON dispute FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a dispute is never removed';
