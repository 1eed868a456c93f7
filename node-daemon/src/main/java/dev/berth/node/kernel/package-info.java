/**
 * The Linux host: the only code that starts programs, makes system calls and opens {@code /sys} and {@code /proc}. Each
 * class is one mechanism; {@link dev.berth.node.kernel.LinuxHost} puts them together. Nothing here remembers a context:
 * what exists is read from the kernel and the disk.
 */
@NullMarked
package dev.berth.node.kernel;

import org.jspecify.annotations.NullMarked;
