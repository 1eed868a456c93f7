/** Tests of the package of this name. */
@NullMarked
package dev.berth.account;

import org.jspecify.annotations.NullMarked;
