/**
 * Resellers that are billed for their customers: the terms, their own plans, and what is left between the two bills that one
 * measurement makes.
 */
@NullMarked
package dev.berth.resale;

import org.jspecify.annotations.NullMarked;
