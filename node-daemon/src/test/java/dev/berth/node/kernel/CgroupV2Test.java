package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupV2Test {
    private final FakeCgroupFiles files = new FakeCgroupFiles();
    private final CgroupV2 keys = new CgroupV2(Path.of("/c"), files);

    @Test
    void limitsAreWritten() {
        files.put("/c/g/memory.max", "max")
                .put("/c/g/memory.swap.max", "max")
                .put("/c/g/pids.max", "max")
                .put("/c/g/cpu.max", "max 100000")
                .put("/c/g/cpu.weight", "100");
        keys.limitMemory("g", 1 << 20);
        keys.limitProcesses("g", 64);
        keys.limitCpu("g", 1500, 20_000);
        assertEquals(
                List.of(
                        "memory.max 1048576",
                        "memory.swap.max 0",
                        "pids.max 64",
                        "cpu.max 150000 100000",
                        "cpu.weight 10000"),
                files.writes());
    }

    @Test
    void countersComeInBaseUnits() {
        files.put("/c/g/cpu.stat", "usage_usec 99\nuser_usec 60\nsystem_usec 39\nthrottled_usec 5")
                .put("/c/g/memory.current", "8192")
                .put("/c/g/pids.current", "3")
                .put(
                        "/c/g/io.stat",
                        "8:0 rbytes=100 wbytes=200 rios=1 wios=2 dbytes=0 dios=0\n7:0 rbytes=1 wbytes=2 rios=1 wios=2");
        assertEquals(Optional.of(99L), keys.cpuMicros("g"));
        assertEquals(5, keys.throttledMicros("g"));
        assertEquals(8192, keys.memoryBytes("g"));
        assertEquals(3, keys.processes("g"));
        assertEquals(new CgroupKeys.InputOutput(101, 202), keys.inputOutput("g"));
    }

    @Test
    void aGroupThatIsNotThereHasNoUsage() {
        assertEquals(Optional.empty(), keys.cpuMicros("g"));
    }
}
