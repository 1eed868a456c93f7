-- Who sells and who is billed. A row holds from valid_from until the next version begins; none ever changes.

-- A seller numbers its invoices. The one without an account is the operator; a reseller has one for its own customers.
CREATE TABLE seller (
  seller_key VARCHAR(40) NOT NULL PRIMARY KEY,
  account_id UUID        NULL UNIQUE,
  created_at DATETIME(6) NOT NULL,
  CONSTRAINT fk_seller_account FOREIGN KEY (account_id) REFERENCES account (id)
);

-- What a seller's invoice numbers begin with: for ever only its own, so that a number names one invoice of all.
CREATE TABLE seller_series (
  series     VARCHAR(10) NOT NULL PRIMARY KEY,
  seller_key VARCHAR(40) NOT NULL,
  CONSTRAINT fk_seller_series_seller FOREIGN KEY (seller_key) REFERENCES seller (seller_key),
  CONSTRAINT uq_seller_series_owner UNIQUE (seller_key, series)
);

CREATE TABLE seller_version (
  seller_key  VARCHAR(40)  NOT NULL,
  version     INT          NOT NULL CHECK (version > 0),
  valid_from  DATETIME(6)  NOT NULL,
  origin      VARCHAR(16)  NOT NULL CHECK (origin IN ('CONFIGURATION', 'PERSON')),
  name        VARCHAR(120) NOT NULL CHECK (CHAR_LENGTH(TRIM(name)) > 0),
  -- lines separated by a line feed
  street      VARCHAR(300) NOT NULL,
  postal_code VARCHAR(20)  NOT NULL,
  city        VARCHAR(80)  NOT NULL,
  country     CHAR(2)      NOT NULL CHECK (country RLIKE BINARY '^[A-Z]{2}$'),
  vat_id      VARCHAR(20)  NULL,
  tax_number  VARCHAR(40)  NULL,
  vat_scheme  VARCHAR(16)  NOT NULL CHECK (vat_scheme IN ('STANDARD', 'SMALL_ENTERPRISE')),
  one_stop_shop BOOLEAN    NOT NULL,
  -- VAT at home in hundredths of a percent where the table of rates has none, or another one is due
  home_basis_points INT    NULL CHECK (home_basis_points BETWEEN 0 AND 10000),
  payment     VARCHAR(200) NOT NULL,
  iban        VARCHAR(34)  NULL,
  bic         VARCHAR(11)  NULL,
  series      VARCHAR(10)  NOT NULL,
  due_days    INT          NOT NULL CHECK (due_days BETWEEN 0 AND 365),
  mail_sender VARCHAR(254) NULL,
  PRIMARY KEY (seller_key, version),
  CONSTRAINT fk_seller_version_series FOREIGN KEY (seller_key, series) REFERENCES seller_series (seller_key, series),
  CONSTRAINT uq_seller_version_from UNIQUE (seller_key, valid_from)
);
CREATE TRIGGER seller_version_no_update BEFORE UPDATE ON seller_version FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a seller''s version never changes: make a new one';
CREATE TRIGGER seller_version_no_delete BEFORE DELETE ON seller_version FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a seller''s version is never removed';

CREATE TABLE billing_profile (
  account_id  UUID         NOT NULL,
  version     INT          NOT NULL CHECK (version > 0),
  valid_from  DATETIME(6)  NOT NULL,
  legal_name  VARCHAR(120) NOT NULL CHECK (CHAR_LENGTH(TRIM(legal_name)) > 0),
  street      VARCHAR(300) NOT NULL,
  postal_code VARCHAR(20)  NOT NULL,
  city        VARCHAR(80)  NOT NULL,
  country     CHAR(2)      NOT NULL CHECK (country RLIKE BINARY '^[A-Z]{2}$'),
  vat_id      VARCHAR(20)  NULL,
  language    CHAR(2)      NOT NULL CHECK (language IN ('en', 'de', 'fr', 'es')),
  time_zone   VARCHAR(60)  NOT NULL,
  actor       VARCHAR(160) NOT NULL,
  PRIMARY KEY (account_id, version),
  CONSTRAINT fk_billing_profile_account FOREIGN KEY (account_id) REFERENCES account (id),
  INDEX ix_billing_profile_from (account_id, valid_from)
);
CREATE TRIGGER billing_profile_no_update BEFORE UPDATE ON billing_profile FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a billing profile never changes: make a new version';
CREATE TRIGGER billing_profile_no_delete BEFORE DELETE ON billing_profile FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a billing profile is never removed';

-- What a register, or staff who asked one, said of a VAT id. The newest counts.
CREATE TABLE vat_id_check (
  account_id UUID         NOT NULL,
  vat_id     VARCHAR(20)  NOT NULL,
  checked_at DATETIME(6)  NOT NULL,
  source     VARCHAR(16)  NOT NULL CHECK (source IN ('VIES', 'STAFF')),
  valid      BOOLEAN      NOT NULL,
  -- in whose name it is registered
  name       VARCHAR(400) NULL,
  -- proof of the question: the register's own number for it
  reference  VARCHAR(100) NULL,
  actor      VARCHAR(160) NOT NULL,
  PRIMARY KEY (account_id, vat_id, checked_at),
  CONSTRAINT fk_vat_id_check_account FOREIGN KEY (account_id) REFERENCES account (id)
);
CREATE TRIGGER vat_id_check_no_update BEFORE UPDATE ON vat_id_check FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an answer about a VAT id never changes';
CREATE TRIGGER vat_id_check_no_delete BEFORE DELETE ON vat_id_check FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an answer about a VAT id is never removed';

-- The zone in which a period's months begin and end. NULL for periods from before: the configured one.
ALTER TABLE billing_period ADD COLUMN time_zone VARCHAR(60) NULL;
