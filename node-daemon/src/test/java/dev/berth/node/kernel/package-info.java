/** Tests of the Linux host: on fakes and golden files, and as {@code *KernelIT} on the real kernel. */
@NullMarked
package dev.berth.node.kernel;

import org.jspecify.annotations.NullMarked;
