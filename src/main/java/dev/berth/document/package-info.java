/**
 * What an invoice or a credit note is to its readers, people and programs: a neutral record in the terms of EN 16931 and its XML
 * as UN/CEFACT CII and as UBL. Plain Java; the PDF and everything that asks the database is in {@code document.web}. See README.md.
 */
@NullMarked
package dev.berth.document;

import org.jspecify.annotations.NullMarked;
