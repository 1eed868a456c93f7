/** Tests of resale against a real database. */
@NullMarked
package dev.berth.resale;

import org.jspecify.annotations.NullMarked;
