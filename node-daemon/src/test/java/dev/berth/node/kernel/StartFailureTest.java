package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFailureTest {
    private static final String LAST =
            "lxc-start x 20260101120000.001 ERROR    start - ../src/lxc/start.c:__lxc_start:2027 - Failed to spawn container \"x\"\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "out-of-memory|ERROR start - ../src/lxc/start.c:lxc_spawn:1734 - Cannot allocate memory - Failed to clone",
                "id-map|ERROR conf - ../src/lxc/conf.c:lxc_map_ids:3668 - newuidmap failed to write mapping",
                "apparmor|ERROR apparmor - ../src/lxc/lsm/apparmor.c:apparmor_process_label_set:1224 - Failed to write label",
                "no-init|ERROR start - ../src/lxc/start.c:start:2194 - No such file or directory - Failed to exec \"/sbin/init\"",
                "no-image|ERROR conf - ../src/lxc/conf.c:lxc_mount_rootfs:1241 - Failed to mount rootfs",
                "cgroup|ERROR cgfsng - ../src/lxc/cgroups/cgfsng.c:cgfsng_payload_create:1300 - Numerical result out of range",
                "network|ERROR network - ../src/lxc/network.c:lxc_create_network_priv:3427 - Failed to create network device",
                "unknown|ERROR start - ../src/lxc/start.c:__lxc_start:2027 - Something nobody has seen"
            })
    void firstErrorOfTheLogDecides(String code, String line) {
        assertEquals(
                code,
                StartFailure.of("lxc-start x 20260101120000.000 " + line + "\n" + LAST)
                        .code());
    }

    @Test
    void warningsExplainNothing() {
        String log =
                "lxc-start x 20260101120000.000 WARN     apparmor - ../src/lxc/lsm/apparmor.c:f:1 - Incomplete support\n";
        assertEquals("unknown", StartFailure.of(log + LAST).code());
        assertEquals("unknown", StartFailure.of("").code());
    }

    @Test
    void ownRouteIsNobodyElses() {
        assertEquals(Optional.empty(), Routes.holder("[]", List.of("b1")));
        assertEquals(Optional.empty(), Routes.holder("[{\"dst\":\"10.0.0.1\",\"dev\":\"b1\"}]", List.of("b1")));
        assertEquals(
                Optional.of("interface b2"), Routes.holder("[{\"dst\":\"10.0.0.1\",\"dev\":\"b2\"}]", List.of("b1")));
        assertEquals(
                Optional.of("a route of type blackhole"),
                Routes.holder("[{\"type\":\"blackhole\",\"dst\":\"10.0.0.1\"}]", List.of("b1")));
    }
}
