/** What {@code ./berth} does without a running portal, asked as a person asks it. */
@NullMarked
package dev.berth.tools;

import org.jspecify.annotations.NullMarked;
