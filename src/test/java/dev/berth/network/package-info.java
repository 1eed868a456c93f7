/** Tests of the package of this name. */
@NullMarked
package dev.berth.network;

import org.jspecify.annotations.NullMarked;
