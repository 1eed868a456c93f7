/**
 * What the daemon asks of a host: the only way to the kernel. {@code node.kernel} implements it on Linux, {@code
 * node.simulator} invents it. Every {@code ensure} is harmless to repeat and safe to be cut off anywhere.
 */
@NullMarked
package dev.berth.node.host;

import org.jspecify.annotations.NullMarked;
