/** What tests start beside the portal: real servers on private directories and free loopback ports. */
@NullMarked
package dev.berth.testing;

import org.jspecify.annotations.NullMarked;
