package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DisksTest {
    private static final String MOUNTS = """
            20 1 254:0 / / rw - ext4 /dev/vda rw
            30 20 8:17 / /srv rw - ext4 /dev/sdb1 rw
            40 30 0:44 / /srv/net rw - nfs4 server:/x rw
            """;

    @Test
    void innermostMountCounts() {
        assertEquals(Optional.of("254:0"), Disks.device(MOUNTS, Path.of("/var/lib/berth")));
        assertEquals(Optional.of("8:17"), Disks.device(MOUNTS, Path.of("/srv/berth")));
    }

    @Test
    void aNetworkFilesystemHasNone() {
        assertEquals(Optional.empty(), Disks.device(MOUNTS, Path.of("/srv/net/berth")));
    }
}
