/** The token bucket of VServer and the governor that turns it into CPU quotas. Times and usage come in as arguments. */
@NullMarked
package dev.berth.node.cpu;

import org.jspecify.annotations.NullMarked;
