package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.kernel.ContextFiles.Wanted;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void isWhatTheImageSaysItIs() {
        assertInstanceOf(
                Distribution.Debian.class, Distribution.of("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"));
        assertInstanceOf(Distribution.Ubuntu.class, Distribution.of("ID=ubuntu\nID_LIKE=debian\n"));
        assertInstanceOf(Distribution.Alpine.class, Distribution.of("NAME=\"Alpine Linux\"\nID=alpine\n"));
        assertInstanceOf(
                Distribution.EnterpriseLinux.class, Distribution.of("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"));
    }

    @Test
    void oneThatNobodyKnowsIsTakenForWhatItIsLike() {
        assertInstanceOf(Distribution.Ubuntu.class, Distribution.of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assertInstanceOf(Distribution.EnterpriseLinux.class, Distribution.of("ID=ol\nID_LIKE=fedora\n"));
        assertInstanceOf(Distribution.Unknown.class, Distribution.of("ID=void\n"));
        assertInstanceOf(Distribution.Unknown.class, Distribution.of("garbage\n=\n\u0000"));
        assertInstanceOf(Distribution.Unknown.class, Distribution.of(""));
    }

    @Test
    void onlyWhatTheImageHasIsReplaced() {
        assertEquals(List.of(), paths(new Distribution.Debian(), Set.of()));
        assertEquals(
                List.of("etc/network/interfaces"),
                paths(new Distribution.Debian(), Set.of("etc/network", "etc/network/interfaces")));
        assertEquals(
                List.of("etc/netplan/10-lxc.yaml"),
                paths(new Distribution.Ubuntu(), Set.of("etc/netplan", "etc/netplan/10-lxc.yaml")));
        assertEquals(List.of("etc/network/interfaces"), paths(new Distribution.Alpine(), Set.of("etc/network")));
        assertEquals(
                List.of("etc/NetworkManager/conf.d/90-berth.conf"),
                paths(new Distribution.EnterpriseLinux(), Set.of("etc/NetworkManager")));
        assertEquals(List.of(), paths(new Distribution.Unknown(), Set.of("etc/network")));
    }

    @Test
    void noneAsksForAnAddress() {
        for (Distribution each : List.of(
                new Distribution.Debian(),
                new Distribution.Ubuntu(),
                new Distribution.Alpine(),
                new Distribution.EnterpriseLinux())) {
            List<Wanted> all = each.files(_ -> true);
            assertFalse(all.isEmpty());
            all.forEach(
                    file -> assertFalse(file.content().toLowerCase(Locale.ROOT).contains("dhcp"), file.path()));
        }
    }

    @Test
    void onlySystemdIsToldInItsOwnWay() {
        assertEquals("SIGUSR2", new Distribution.Alpine().haltSignal());
        assertFalse(new Distribution.Alpine().hasSystemd());
        assertTrue(new Distribution.Debian().hasSystemd());
        assertEquals(Distribution.SYSTEMD_HALT, new Distribution.Unknown().haltSignal());
    }

    private static List<String> paths(Distribution distribution, Set<String> present) {
        return distribution.files(present::contains).stream().map(Wanted::path).toList();
    }
}
