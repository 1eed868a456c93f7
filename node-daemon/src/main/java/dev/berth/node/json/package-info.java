/** One JSON mapper for the wire, the store and the command line, so that a record looks the same everywhere. */
@NullMarked
package dev.berth.node.json;

import org.jspecify.annotations.NullMarked;
