/** Tests of the package of this name. */
@NullMarked
package dev.berth.drain;

import org.jspecify.annotations.NullMarked;
