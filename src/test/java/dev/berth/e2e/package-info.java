/**
 * Acceptance: a person with Chromium and an SSH client, and a reseller with nothing but REST, against the whole running system with a
 * real node. {@code ./berth test e2e} starts that system with billing periods of a minute and says where it is.
 */
@NullMarked
package dev.berth.e2e;

import org.jspecify.annotations.NullMarked;
