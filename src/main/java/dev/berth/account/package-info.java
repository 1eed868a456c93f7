/**
 * Accounts, who may act for them, and the one gate of tenancy that pages and API share. An account is a customer or a
 * reseller; a customer may belong to one reseller, who acts for it.
 */
@NullMarked
package dev.berth.account;

import org.jspecify.annotations.NullMarked;
