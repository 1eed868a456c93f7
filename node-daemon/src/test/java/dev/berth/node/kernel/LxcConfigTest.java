package dev.berth.node.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

    private static String text(List<String> addresses, boolean apparmor) {
        return new LxcConfig(
                        Specs.layout(addresses),
                        Path.of("/var/lib/berth/run"),
                        "berth/" + Specs.ID + "/payload",
                        "berth-monitors/" + Specs.ID,
                        apparmor)
                .text();
    }
}
