package dev.berth.dunning.ladder;

/** What is done about an overdue invoice, the mildest first. Each step of an account comes after the one before it, and none is left out. */
public enum LadderStep {
    /** A letter. */
    REMIND,
    /** CPU and traffic are held to a small share. */
    LIMIT,
    /** Processes are held where they are, with their memory. */
    FREEZE,
    /** Shut down; disk and addresses are kept. */
    STOP,
    /** Marked as kept for the last time: everything stays, nothing runs. */
    ARCHIVE,
    /** Disk and addresses are given up. */
    DELETE;

    /** Whether a customer's service suffers: announced before, and counted by the circuit breaker. */
    public boolean severe() {
        return this != REMIND;
    }
}
