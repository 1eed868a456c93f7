/** Pages without a browser: that each renders, and that what is vendored is what the lock says. */
@NullMarked
package dev.berth.pages;

import org.jspecify.annotations.NullMarked;
