-- What an invoice was taxed by, as it was decided when it was issued. Invoices from before have no rows here: their tax is
-- one row of category S at tax_basis_points, their parties are in the invoice itself.

CREATE TABLE invoice_tax (
  invoice_id   UUID        NOT NULL,
  n            INT         NOT NULL CHECK (n > 0),
  -- EN 16931
  category     CHAR(2)     NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'G', 'O')),
  basis_points INT         NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
  -- whose tax
  country      CHAR(2)     NOT NULL,
  -- why
  rule         VARCHAR(24) NOT NULL CHECK (rule IN ('DOMESTIC', 'REVERSE_CHARGE', 'ONE_STOP_SHOP', 'BELOW_THRESHOLD',
                 'EXPORT', 'SMALL_ENTERPRISE', 'OUT_OF_SCOPE')),
  base         BIGINT      NOT NULL,
  tax          BIGINT      NOT NULL,
  PRIMARY KEY (invoice_id, n),
  CONSTRAINT fk_invoice_tax_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT uq_invoice_tax_rate UNIQUE (invoice_id, category, basis_points),
  CONSTRAINT ck_invoice_tax_charged CHECK (category = 'S' OR (basis_points = 0 AND tax = 0)),
  CONSTRAINT ck_invoice_tax_sign CHECK (SIGN(base) * SIGN(tax) >= 0)
);
CREATE TRIGGER invoice_tax_no_update BEFORE UPDATE ON invoice_tax FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice''s tax never changes';
CREATE TRIGGER invoice_tax_no_delete BEFORE DELETE ON invoice_tax FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice''s tax is never removed';

CREATE TABLE invoice_seller (
  invoice_id  UUID         NOT NULL PRIMARY KEY,
  seller_key  VARCHAR(40)  NOT NULL,
  version     INT          NOT NULL,
  name        VARCHAR(120) NOT NULL,
  street      VARCHAR(300) NOT NULL,
  postal_code VARCHAR(20)  NOT NULL,
  city        VARCHAR(80)  NOT NULL,
  country     CHAR(2)      NOT NULL,
  vat_id      VARCHAR(20)  NULL,
  tax_number  VARCHAR(40)  NULL,
  payment     VARCHAR(200) NOT NULL,
  iban        VARCHAR(34)  NULL,
  bic         VARCHAR(11)  NULL,
  mail_sender VARCHAR(254) NULL,
  CONSTRAINT fk_invoice_seller_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT fk_invoice_seller_version FOREIGN KEY (seller_key, version) REFERENCES seller_version (seller_key, version)
);
CREATE TRIGGER invoice_seller_no_update BEFORE UPDATE ON invoice_seller FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice''s seller never changes';
CREATE TRIGGER invoice_seller_no_delete BEFORE DELETE ON invoice_seller FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice''s seller is never removed';

CREATE TABLE invoice_buyer (
  invoice_id  UUID         NOT NULL PRIMARY KEY,
  -- of the billing profile; 0: the account had none
  version     INT          NOT NULL CHECK (version >= 0),
  name        VARCHAR(120) NOT NULL,
  email       VARCHAR(254) NOT NULL,
  street      VARCHAR(300) NOT NULL,
  postal_code VARCHAR(20)  NOT NULL,
  city        VARCHAR(80)  NOT NULL,
  country     CHAR(2)      NOT NULL,
  vat_id      VARCHAR(20)  NULL,
  vat_status  VARCHAR(16)  NOT NULL CHECK (vat_status IN ('NONE', 'UNCHECKED', 'VALID', 'INVALID')),
  vat_checked_at DATETIME(6) NULL,
  vat_reference  VARCHAR(100) NULL,
  language    CHAR(2)      NOT NULL,
  CONSTRAINT fk_invoice_buyer_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT ck_invoice_buyer_vat CHECK ((vat_id IS NULL) = (vat_status = 'NONE')),
  -- no exemption without the answer it rests on
  CONSTRAINT ck_invoice_buyer_checked CHECK (vat_status NOT IN ('VALID', 'INVALID') OR vat_checked_at IS NOT NULL)
);
CREATE TRIGGER invoice_buyer_no_update BEFORE UPDATE ON invoice_buyer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice''s buyer never changes';
CREATE TRIGGER invoice_buyer_no_delete BEFORE DELETE ON invoice_buyer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an invoice''s buyer is never removed';
