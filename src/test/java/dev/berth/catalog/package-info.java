/** Tests of the package of this name. */
@NullMarked
package dev.berth.catalog;

import org.jspecify.annotations.NullMarked;
