package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Boot;
import dev.berth.node.host.ContextLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LxcConfigTest {
    @Test
    void bothFamilies() throws IOException {
        Golden.check("lxc-both-families.conf", text(List.of("10.77.0.9", "10.77.0.10", "fd77::9"), true));
    }

    @Test
    void ipv4Only() throws IOException {
        Golden.check("lxc-ipv4.conf", text(List.of("10.77.0.9"), false));
    }

    @Test
    void noAddress() throws IOException {
        Golden.check("lxc-no-address.conf", text(List.of(), false));
    }

    @Test
    void aRescueSystemHasItsOwnRootBelowMnt() {
        ContextLayout plain = Specs.layout(List.of());
        Boot boot = new Boot(0, List.of(), Optional.of(plain.spec().imageDigest()));
        String text = text(new ContextLayout(plain.spec().withBoot(boot), plain.baseId()), false);
        assertTrue(
                text.contains("\nlxc.mount.entry = /var/lib/berth/run/%s/own mnt none bind,create=dir 0 0\n"
                        .formatted(Specs.ID)),
                text);
        assertFalse(text(List.of(), false).contains(" mnt "));
    }

    private static String text(List<String> addresses, boolean apparmor) {
        return text(Specs.layout(addresses), apparmor);
    }

    @Test
    void aSystemWithoutSystemdIsAskedToShutDownInItsOwnWay() throws IOException {
        Golden.check("lxc-alpine.conf", text(Specs.layout(List.of("10.77.0.9")), false, new Distribution.Alpine()));
    }

    private static String text(ContextLayout layout, boolean apparmor) {
        return text(layout, apparmor, new Distribution.Debian());
    }

    private static String text(ContextLayout layout, boolean apparmor, Distribution distribution) {
        return new LxcConfig(
                        layout,
                        Path.of("/var/lib/berth/run"),
                        "berth/" + Specs.ID + "/payload",
                        "berth-monitors/" + Specs.ID,
                        apparmor,
                        distribution)
                .text();
    }
}
