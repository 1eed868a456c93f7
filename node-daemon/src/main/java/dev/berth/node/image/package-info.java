/** Brings images to the host: fetched once by digest, checked, their signatures too, and unpacked by the host. */
@NullMarked
package dev.berth.node.image;

import org.jspecify.annotations.NullMarked;
