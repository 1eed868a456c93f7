package dev.berth.node.kernel;

import java.nio.file.Path;
import java.util.Optional;

/** Directories with a limit of bytes (and, where it can, of files) that the kernel holds at the time of writing. */
interface QuotaDriver {
    /** As it is called in {@code Observed.Capacity.quotaDriver}. */
    String name();

    boolean limitsInodes();

    /** Switches accounting on for the filesystem below {@code store}. */
    void prepare(Path store);

    /**
     * Makes the directory if there is none, ready to be limited. One that has a number of Berth's already keeps it.
     *
     * @param project number that no other directory of this host has
     */
    void make(Path directory, long project);

    /** The number the directory was made with; empty where the driver has none, and when it does not exist. */
    Optional<Long> project(Path directory);

    /** Whether a directory is charged for blocks that it shares with another. */
    boolean chargesShared();

    /** The limit as the kernel has it; empty while there is none, and when the directory does not exist. */
    Optional<DiskLimit> limit(Path directory);

    void setLimit(Path directory, DiskLimit limit);

    /** As the kernel accounts it; nothing when the directory does not exist. */
    DiskUse used(Path directory);

    /** Removes the directory with all in it, and its limit. Harmless when it does not exist. */
    void remove(Path directory);
}
