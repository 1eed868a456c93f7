/** The portal: sells, decides, meters and bills. Packages are features; see the design's list of them in the README. */
@NullMarked
package dev.berth;

import org.jspecify.annotations.NullMarked;
