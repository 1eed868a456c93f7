/** The ledger in the API: an account's transfers and standing, staff's grants and the trial balance. */
@NullMarked
package dev.berth.ledger.web;

import org.jspecify.annotations.NullMarked;
