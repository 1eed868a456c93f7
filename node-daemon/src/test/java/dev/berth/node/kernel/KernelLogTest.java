package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Observed.OomKill;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelLogTest {
    private final KernelLog log = new KernelLog("berth");

    @Test
    void aKilledProcessIsNamed() {
        log.take(kill(5_000_000, "berth", Specs.ID, "mariadbd", 4711), 1_000_000);
        log.take(kill(6_000_000, "berth", Specs.ID, "a b,c", 4712), 1_000_000);
        assertEquals(new KernelLog.Kills(2, Optional.of(new OomKill(1_006_000, "a b,c", 4712))), log.kills(Specs.ID));
    }

    @Test
    void otherDaemonsAndOtherLinesAreNotItsBusiness() {
        log.take(kill(5_000_000, "berth-2", Specs.ID, "x", 1), 0);
        log.take("6,1,2,-;Memory cgroup out of memory: Killed process 1 (x)", 0);
        assertEquals(KernelLog.Kills.NONE, log.kills(Specs.ID));
    }

    private static String kill(long micros, String root, String id, String task, int pid) {
        String group = "/%s/%s".formatted(root, id);
        return ("6,1021,%d,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=payload,mems_allowed=0,"
                        + "oom_memcg=%s,task_memcg=%s/payload/ns/system.slice,task=%s,pid=%d,uid=2097152")
                .formatted(micros, group, group, task, pid);
    }
}
