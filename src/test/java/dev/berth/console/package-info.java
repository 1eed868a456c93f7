/** Tests of tickets for consoles. */
@NullMarked
package dev.berth.console;

import org.jspecify.annotations.NullMarked;
