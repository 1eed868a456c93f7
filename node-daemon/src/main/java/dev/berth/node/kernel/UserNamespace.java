package dev.berth.node.kernel;

import static dev.berth.node.host.ContextLayout.ID_RANGE;

import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Descriptors of user namespaces, which is how the kernel is told the id map of a mount ({@code mount_setattr(2)}). A
 * namespace needs a process to be made in; the process ends at once and the descriptor keeps the namespace.
 */
final class UserNamespace {
    private static final Duration MADE_WITHIN = Duration.ofSeconds(5);

    private final Programs programs;

    UserNamespace(Programs programs) {
        this.programs = programs;
    }

    /** Ids from 0 on the disk are seen as those of the range. */
    Fd open(long baseId) {
        return open("0 %d %d".formatted(baseId, ID_RANGE), baseId);
    }

    /** Ids of the range on the disk are seen as from 0. */
    Fd openReverse(long baseId) {
        return open("%d 0 %d".formatted(baseId, ID_RANGE), baseId);
    }

    private Fd open(String map, long baseId) {
        // cat lives until its standard input, our pipe, is closed: it cannot outlive this JVM.
        Process holder = programs.start("unshare", "--user", "cat");
        try {
            Path proc = Path.of("/proc", Long.toString(holder.pid()));
            awaitOwnNamespace(holder, proc);
            Files.writeString(proc.resolve("uid_map"), map);
            Files.writeString(proc.resolve("gid_map"), map);
            return Syscalls.openReadOnly(proc.resolve("ns/user"));
        } catch (IOException e) {
            throw new HostException("cannot make a user namespace for ids from " + baseId, e);
        } finally {
            holder.destroyForcibly();
        }
    }

    private static void awaitOwnNamespace(Process holder, Path proc) throws IOException {
        String ours = Files.readSymbolicLink(Path.of("/proc/self/ns/user")).toString();
        long deadline = System.nanoTime() + MADE_WITHIN.toNanos();
        while (Files.readSymbolicLink(proc.resolve("ns/user")).toString().equals(ours)) {
            if (!holder.isAlive() || System.nanoTime() > deadline) {
                throw new HostException("unshare did not make a user namespace");
            }
            Pause.millis(1);
        }
    }
}
