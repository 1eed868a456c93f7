package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupV1Test {
    private static final Hierarchies HIERARCHIES = new Hierarchies(
            Map.of(
                    "cpu", Path.of("/c/cpu"),
                    "cpuacct", Path.of("/c/cpuacct"),
                    "memory", Path.of("/c/memory"),
                    "pids", Path.of("/c/pids"),
                    "blkio", Path.of("/c/blkio")),
            List.of(Path.of("/c/cpu")));
    private final FakeCgroupFiles files = new FakeCgroupFiles();
    private final CgroupV1 keys = new CgroupV1(HIERARCHIES, files);

    @Test
    void raisingMemoryRaisesTheLimitWithSwapFirst() {
        files.put("/c/memory/g/memory.limit_in_bytes", "100").put("/c/memory/g/memory.memsw.limit_in_bytes", "100");
        keys.limitMemory("g", 200);
        assertEquals(List.of("memory.memsw.limit_in_bytes 200", "memory.limit_in_bytes 200"), files.writes());
    }

    @Test
    void loweringMemoryLowersTheLimitWithSwapLast() {
        files.put("/c/memory/g/memory.limit_in_bytes", "100").put("/c/memory/g/memory.memsw.limit_in_bytes", "100");
        keys.limitMemory("g", 50);
        assertEquals(List.of("memory.limit_in_bytes 50", "memory.memsw.limit_in_bytes 50"), files.writes());
    }

    @Test
    void aKernelThatCountsNoSwapGetsOneLimit() {
        files.put("/c/memory/g/memory.limit_in_bytes", "100");
        keys.limitMemory("g", 50);
        assertEquals(List.of("memory.limit_in_bytes 50"), files.writes());
    }

    @Test
    void cpuIsQuotaPerPeriodAndShares() {
        files.put("/c/cpu/g/cpu.cfs_period_us", "100000")
                .put("/c/cpu/g/cpu.cfs_quota_us", "-1")
                .put("/c/cpu/g/cpu.shares", "1024");
        keys.limitCpu("g", 250, 25);
        assertEquals(List.of("cpu.cfs_quota_us 25000", "cpu.shares 256"), files.writes());
    }

    @Test
    void countersComeInBaseUnits() {
        files.put("/c/cpuacct/g/cpuacct.usage", "1234567")
                .put("/c/cpu/g/cpu.stat", "nr_periods 4\nnr_throttled 2\nthrottled_time 7000000")
                .put("/c/memory/g/memory.usage_in_bytes", "4096")
                .put("/c/pids/g/pids.current", "7")
                .put(
                        "/c/blkio/g/blkio.throttle.io_service_bytes_recursive",
                        "7:0 Read 10\n7:0 Write 20\n7:0 Total 30\n8:0 Read 1\n8:0 Write 2\nTotal 33");
        assertEquals(Optional.of(1234L), keys.cpuMicros("g"));
        assertEquals(7000, keys.throttledMicros("g"));
        assertEquals(4096, keys.memoryBytes("g"));
        assertEquals(7, keys.processes("g"));
        assertEquals(new CgroupKeys.InputOutput(11, 22), keys.inputOutput("g"));
    }

    @Test
    void aGroupThatIsNotThereHasNoUsage() {
        assertEquals(Optional.empty(), keys.cpuMicros("g"));
        assertEquals(CgroupKeys.InputOutput.NONE, keys.inputOutput("g"));
    }
}
