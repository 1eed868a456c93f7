package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysctlsTest {
    @TempDir
    Path root;

    @Test
    void limitsAreRaisedAndNeverLowered() throws IOException {
        Path low = put("fs/inotify/max_user_instances", "128");
        Path high = put("fs/file-max", "9223372036854775807");
        new Sysctls(root).apply();
        assertEquals("65536", Files.readString(low));
        assertEquals("9223372036854775807", Files.readString(high).strip());
    }

    @Test
    void aHostThatForwardsGoesOnListeningToAdvertisements() throws IOException {
        Path accept = put("net/ipv6/conf/eth0/accept_ra", "1");
        Path refuse = put("net/ipv6/conf/eth1/accept_ra", "0");
        Path forwarding = put("net/ipv6/conf/all/forwarding", "0");
        new Sysctls(root).apply();
        assertEquals("2", Files.readString(accept));
        assertEquals("0", Files.readString(refuse).strip());
        assertEquals("1", Files.readString(forwarding));
    }

    @Test
    void whatTheKernelDoesNotHaveIsNotMade() {
        new Sysctls(root).apply();
        assertFalse(Files.exists(root.resolve("kernel")));
    }

    private Path put(String key, String value) throws IOException {
        Path file = root.resolve(key);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, value + "\n");
    }
}
