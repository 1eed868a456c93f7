package dev.berth.metering;

/**
 * What becomes of a bill whose time has a gap: readings that a node could not take. Through a gap counters of the kernel go on, and the node
 * itself counts the run and the addresses; what it cannot know is how much memory and disk there was. Nothing of that is ever
 * estimated.
 */
public enum GapPolicy {
    /** What could not be measured is charged to nobody. */
    NOTHING,
    /** The bill waits until staff have looked and released it; it is then charged as far as it was measured. */
    ASK
}
