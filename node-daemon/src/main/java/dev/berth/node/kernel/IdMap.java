package dev.berth.node.kernel;

import static dev.berth.node.host.ContextLayout.ID_RANGE;

import dev.berth.node.disk.DurableFile;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The host's ids that contexts may use, granted to root in {@code /etc/subuid} and {@code /etc/subgid} because newuidmap
 * asks there. One grant for all contexts: the file is written once, not at every creation.
 */
final class IdMap {
    /** Above what distributions give to people; the last whole range below 2^32 - 1. */
    static final long FIRST = 32 * ID_RANGE;

    static final long COUNT = 65_535 * ID_RANGE - FIRST;

    private IdMap() {}

    static void grant(List<Path> files) {
        files.forEach(IdMap::grant);
    }

    private static void grant(Path file) {
        try {
            String old = Files.exists(file) ? Files.readString(file) : "";
            String line = "root:%d:%d".formatted(FIRST, COUNT);
            if (old.lines().anyMatch(line::equals)) {
                return;
            }
            String separator = old.isEmpty() || old.endsWith("\n") ? "" : "\n";
            byte[] text = (old + separator + line + "\n").getBytes(StandardCharsets.UTF_8);
            DurableFile.write(file, text, "rw-r--r--");
        } catch (IOException e) {
            throw new HostException("cannot grant id ranges in " + file, e);
        }
    }

    /** Whether a context's range lies in the grant. */
    static boolean covers(long baseId) {
        return baseId >= FIRST && baseId + ID_RANGE <= FIRST + COUNT;
    }
}
