package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.ContextSpec.InputOutput;
import dev.berth.contract.ContextSpec.Memory;
import dev.berth.node.host.CpuRate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupV2Test {
    private final FakeCgroupFiles files = new FakeCgroupFiles();
    private final CgroupV2 keys = new CgroupV2(Path.of("/c"), files, 2);

    @Test
    void limitsAreWritten() {
        files.put("/c/g/memory.max", "max")
                .put("/c/g/memory.high", "max")
                .put("/c/g/memory.swap.max", "max")
                .put("/c/g/pids.max", "max")
                .put("/c/g/cpu.max", "max 100000")
                .put("/c/g/cpu.weight", "100");
        keys.limitMemory("g", 1 << 20, Optional.of(new Memory(Optional.of(1000L), Optional.of(2000L))));
        keys.limitProcesses("g", 64);
        keys.limitCpu("g", new CpuRate(1_500_000, 200, 1_500));
        assertEquals(
                List.of(
                        "memory.max 1048576",
                        "memory.high 1000",
                        "memory.swap.max 2000",
                        "pids.max 64",
                        "cpu.max 300000 200000",
                        "cpu.weight 375"),
                files.writes());
    }

    @Test
    void inputAndOutputAreLimitedPerDisk() {
        files.put("/c/g/io.max", "").put("/c/g/io.weight", "default 100").put("/c/g/io.bfq.weight", "100");
        InputOutput limits = new InputOutput(
                Optional.of(1000L), Optional.empty(), Optional.empty(), Optional.of(7L), Optional.of(50L));
        keys.limitInputOutput("g", "254:0", Optional.of(limits));
        assertEquals(
                List.of("io.max 254:0 rbps=1000 wbps=max riops=max wiops=7", "io.weight 50", "io.bfq.weight 50"),
                files.writes());
    }

    @Test
    void whatRanIntoLimitsIsCounted() {
        files.put("/c/g/memory.events", "low 0\nhigh 4\nmax 9\noom 2\noom_kill 3")
                .put("/c/g/pids.events", "max 5");
        assertEquals(9, keys.memoryLimitHits("g"));
        assertEquals(Optional.of(3L), keys.oomKills("g"));
        assertEquals(5, keys.processesRefused("g"));
    }

    @Test
    void aRateTheHostCannotExceedIsNoLimit() {
        files.put("/c/g/cpu.max", "200000 100000").put("/c/g/cpu.weight", "250");
        keys.limitCpu("g", new CpuRate(2_000_000, 100, 1_000));
        assertEquals(List.of("cpu.max max 100000"), files.writes());
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
        assertEquals(new CgroupKeys.Transferred(101, 202), keys.transferred("g"));
    }

    @Test
    void aGroupThatIsNotThereHasNoUsage() {
        assertEquals(Optional.empty(), keys.cpuMicros("g"));
    }
}
