/**
 * The parties of an invoice: sellers, and what accounts say of themselves as buyers, with history; VAT ids and what a
 * register said of them. Asks {@code tax} which VAT is due. See README.md.
 */
@NullMarked
package dev.berth.party;

import org.jspecify.annotations.NullMarked;
