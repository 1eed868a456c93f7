/**
 * What every feature of the portal stands on and no feature is known to: time and ids, transactions and SQL, who calls and their names,
 * problems and their mapping to HTTP, idempotency, paging, and the filters every request passes.
 */
@NullMarked
package dev.berth.platform;

import org.jspecify.annotations.NullMarked;
