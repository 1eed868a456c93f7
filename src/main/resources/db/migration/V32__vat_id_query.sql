-- VAT ids whose register is to be asked, now and again. One row for each account that has one; what was answered is in vat_id_check.
CREATE TABLE vat_id_query (
  account_id UUID         NOT NULL PRIMARY KEY,
  vat_id     VARCHAR(20)  NOT NULL,
  attempts   INT          NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at DATETIME(6) NOT NULL,
  -- why the last question was not answered
  trouble    VARCHAR(200) NULL,
  CONSTRAINT fk_vat_id_query_account FOREIGN KEY (account_id) REFERENCES account (id),
  INDEX ix_vat_id_query_due (next_attempt_at)
);
