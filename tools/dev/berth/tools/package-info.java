/**
 * What stands behind {@code ./berth}: starts and stops the parts of one machine, runs the tests and the benchmarks. Plain
 * JDK, so that it runs before anything is built.
 */
package dev.berth.tools;
