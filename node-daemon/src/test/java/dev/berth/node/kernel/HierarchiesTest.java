package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HierarchiesTest {
    @Test
    void hybridLayoutHasAHierarchyPerController() {
        Hierarchies found = Hierarchies.parse("""
                20 1 254:0 / / rw,relatime - ext4 /dev/vda rw
                30 20 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
                31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct
                32 30 0:28 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
                33 30 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
                34 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                35 20 0:28 /some/part /elsewhere rw - cgroup cgroup rw,freezer
                """);
        assertFalse(found.unified());
        assertEquals(Optional.of(Path.of("/sys/fs/cgroup/cpu,cpuacct")), found.controller("cpuacct"));
        assertEquals(Optional.empty(), found.controller("memory"));
        assertEquals(Path.of("/sys/fs/cgroup/freezer"), found.census());
        assertEquals(4, found.all().size());
    }

    @Test
    void unifiedLayoutHasOne() {
        Hierarchies found =
                Hierarchies.parse("30 20 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n");
        assertTrue(found.unified());
        assertEquals(List.of(Path.of("/sys/fs/cgroup")), found.all());
        assertEquals(Path.of("/sys/fs/cgroup"), found.census());
    }
}
