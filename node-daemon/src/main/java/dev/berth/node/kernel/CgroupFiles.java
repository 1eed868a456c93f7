package dev.berth.node.kernel;

import java.nio.file.Path;
import java.util.Optional;

/** The two things one does with a cgroup's file, so that all logic above runs on a fake. */
interface CgroupFiles {
    /** Content without the final line break; empty when the file (or its group) does not exist. */
    Optional<String> read(Path file);

    /** Writes one value. The kernel's refusal is a {@link dev.berth.node.host.HostException}. */
    void write(Path file, String value);
}
