/** The node daemon: makes contexts what the portal wants them to be, and measures them. */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;
