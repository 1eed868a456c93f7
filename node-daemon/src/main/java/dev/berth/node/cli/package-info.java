/** The commands of berthd. Only run starts the daemon; all others ask it through its Unix socket. */
@NullMarked
package dev.berth.node.cli;

import org.jspecify.annotations.NullMarked;
