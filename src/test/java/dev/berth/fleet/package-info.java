/** Tests of the package of this name. */
@NullMarked
package dev.berth.fleet;

import org.jspecify.annotations.NullMarked;
