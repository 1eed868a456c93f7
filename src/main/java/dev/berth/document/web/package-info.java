/** Documents as files: printed, embedded, sent and answered over HTTP. Reads invoices and knows their database; nothing here decides an amount. */
@NullMarked
package dev.berth.document.web;

import org.jspecify.annotations.NullMarked;
