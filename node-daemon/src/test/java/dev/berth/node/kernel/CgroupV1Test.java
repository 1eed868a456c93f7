package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.ContextSpec.InputOutput;
import dev.berth.contract.ContextSpec.Memory;
import dev.berth.node.host.CpuRate;
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
    private final CgroupV1 keys = new CgroupV1(HIERARCHIES, files, 2);

    @Test
    void raisingMemoryRaisesTheLimitWithSwapFirst() {
        files.put("/c/memory/g/memory.limit_in_bytes", "100").put("/c/memory/g/memory.memsw.limit_in_bytes", "100");
        keys.limitMemory("g", 200, Optional.empty());
        assertEquals(List.of("memory.memsw.limit_in_bytes 200", "memory.limit_in_bytes 200"), files.writes());
    }

    @Test
    void loweringMemoryLowersTheLimitWithSwapLast() {
        files.put("/c/memory/g/memory.limit_in_bytes", "100").put("/c/memory/g/memory.memsw.limit_in_bytes", "100");
        keys.limitMemory("g", 50, Optional.empty());
        assertEquals(List.of("memory.limit_in_bytes 50", "memory.memsw.limit_in_bytes 50"), files.writes());
    }

    @Test
    void aKernelThatCountsNoSwapGetsOneLimit() {
        files.put("/c/memory/g/memory.limit_in_bytes", "100");
        keys.limitMemory("g", 50, Optional.empty());
        assertEquals(List.of("memory.limit_in_bytes 50"), files.writes());
    }

    @Test
    void cpuIsQuotaPerPeriodAndShares() {
        files.put("/c/cpu/g/cpu.cfs_period_us", "100000")
                .put("/c/cpu/g/cpu.cfs_quota_us", "-1")
                .put("/c/cpu/g/cpu.shares", "1024");
        keys.limitCpu("g", new CpuRate(250_000, 100, 250));
        assertEquals(List.of("cpu.cfs_quota_us 25000", "cpu.shares 256"), files.writes());
    }

    @Test
    void aRateThatStandsIsNotWrittenAgain() {
        files.put("/c/cpu/g/cpu.cfs_period_us", "100000")
                .put("/c/cpu/g/cpu.cfs_quota_us", "25000")
                .put("/c/cpu/g/cpu.shares", "256");
        keys.limitCpu("g", new CpuRate(250_000, 100, 250));
        assertEquals(List.of(), files.writes());
    }

    @Test
    void highMemoryIsASoftLimitAndSwapComesOnTop() {
        files.put("/c/memory/g/memory.limit_in_bytes", "50")
                .put("/c/memory/g/memory.memsw.limit_in_bytes", "50")
                .put("/c/memory/g/memory.soft_limit_in_bytes", "999");
        keys.limitMemory("g", 100, Optional.of(new Memory(Optional.of(90L), Optional.of(20L))));
        assertEquals(
                List.of(
                        "memory.memsw.limit_in_bytes 120",
                        "memory.limit_in_bytes 100",
                        "memory.soft_limit_in_bytes 90"),
                files.writes());
    }

    @Test
    void inputAndOutputAreThrottledPerDisk() {
        files.put("/c/blkio/g/blkio.throttle.read_bps_device", "")
                .put("/c/blkio/g/blkio.throttle.write_bps_device", "")
                .put("/c/blkio/g/blkio.throttle.read_iops_device", "7:0 55")
                .put("/c/blkio/g/blkio.throttle.write_iops_device", "")
                .put("/c/blkio/g/blkio.bfq.weight", "100");
        InputOutput limits = new InputOutput(
                Optional.of(1000L), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(200L));
        keys.limitInputOutput("g", "7:0", Optional.of(limits));
        assertEquals(
                List.of(
                        "blkio.throttle.read_bps_device 7:0 1000",
                        "blkio.throttle.read_iops_device 7:0 0",
                        "blkio.bfq.weight 200"),
                files.writes());
    }

    @Test
    void whatRanIntoLimitsIsCounted() {
        files.put("/c/memory/g/memory.failcnt", "3")
                .put("/c/memory/g/memory.memsw.failcnt", "4")
                .put("/c/pids/g/pids.events", "max 5");
        assertEquals(7, keys.memoryLimitHits("g"));
        assertEquals(5, keys.processesRefused("g"));
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
        assertEquals(new CgroupKeys.Transferred(11, 22), keys.transferred("g"));
    }

    @Test
    void aGroupThatIsNotThereHasNoUsage() {
        assertEquals(Optional.empty(), keys.cpuMicros("g"));
        assertEquals(CgroupKeys.Transferred.NONE, keys.transferred("g"));
    }
}
