/** Tests of the package of this name. */
@NullMarked
package dev.berth.order;

import org.jspecify.annotations.NullMarked;
