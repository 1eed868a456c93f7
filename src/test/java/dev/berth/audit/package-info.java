/** Tests of the package of this name. */
@NullMarked
package dev.berth.audit;

import org.jspecify.annotations.NullMarked;
