package dev.berth.node.kernel;

import java.nio.file.Path;

/** Directories with a limit of bytes (and, where it can, of files) that the kernel holds at the time of writing. */
interface QuotaDriver {
    /** As it is called in {@code Observed.Capacity.quotaDriver}. */
    String name();

    boolean limitsInodes();

    /** Switches accounting on for the filesystem below {@code store}. */
    void prepare(Path store);

    /** Makes the directory if there is none, and sets its limit. */
    void ensure(Path directory, long bytes);

    long usedBytes(Path directory);

    /** Removes the directory with all in it, and its limit. Harmless when it does not exist. */
    void remove(Path directory);
}
