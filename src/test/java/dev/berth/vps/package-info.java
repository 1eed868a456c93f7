/** Tests of the package of this name. */
@NullMarked
package dev.berth.vps;

import org.jspecify.annotations.NullMarked;
