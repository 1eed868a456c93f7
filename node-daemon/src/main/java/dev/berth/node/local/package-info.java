/** The daemon's Unix socket: a few HTTP requests for the command line and for a metrics scraper on the same machine. */
@NullMarked
package dev.berth.node.local;

import org.jspecify.annotations.NullMarked;
