/**
 * Terminals of VPS in a browser: a ticket that is good for one connection, a WebSocket from the browser, one that the VPS' node dials, and the
 * two joined. What is typed and shown passes through memory only.
 */
@NullMarked
package dev.berth.console;

import org.jspecify.annotations.NullMarked;
