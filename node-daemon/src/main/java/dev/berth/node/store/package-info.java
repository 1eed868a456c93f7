/** What must survive kill -9 and loss of power: desired specs, progress, step log, banks, meters and the journal, in SQLite. */
@NullMarked
package dev.berth.node.store;

import org.jspecify.annotations.NullMarked;
