/** Makes contexts what they should be: runs plans step by step under a lock per context, and says how far it got. */
@NullMarked
package dev.berth.node.apply;

import org.jspecify.annotations.NullMarked;
