/**
 * What is for sale: plans, their versions and prices. A version that a subscription rests on never changes; a new price is
 * a new version.
 */
@NullMarked
package dev.berth.catalog;

import org.jspecify.annotations.NullMarked;
