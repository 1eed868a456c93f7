/** Tests of the package of this name. */
@NullMarked
package dev.berth.platform;

import org.jspecify.annotations.NullMarked;
