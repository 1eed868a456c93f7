/** Tests of what readers of invoices get; an independent validator judges it. */
@NullMarked
package dev.berth.document;

import org.jspecify.annotations.NullMarked;
