-- Whose credit a lot is while something is left of it: who pays open invoices from credit looks at nobody else.
ALTER TABLE credit_lot
  ADD COLUMN spendable_by UUID AS (IF(remaining > 0, account_id, NULL)) STORED,
  ADD INDEX ix_credit_lot_spendable (spendable_by, currency, remaining);
