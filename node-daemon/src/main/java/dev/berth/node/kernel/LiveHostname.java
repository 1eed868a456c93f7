package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Renames a context that runs. Done from outside, by a thread of ours in its UTS namespace: nothing of its tree is run, and it
 * cannot hold us up.
 */
final class LiveHostname {
    private static final long CLONE_NEWUTS = 0x0400_0000;

    private LiveHostname() {}

    /** @param init looks for the context's process 1 anew at each call */
    static void set(Supplier<Optional<Init>> init, String hostname) {
        Optional<Init> before = init.get();
        if (before.isEmpty()) {
            return;
        }
        Path proc = Path.of("/proc", Long.toString(before.get().pid()), "ns/uts");
        try (Fd namespace = Syscalls.openReadOnly(proc)) {
            // The number may have gone to another process before the file was opened; what is open is kept from
            // changing.
            if (init.get().equals(before)) {
                set(namespace, hostname);
            }
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            // It ended meanwhile; the next start takes the name from its configuration.
        }
    }

    private static void set(Fd namespace, String hostname) {
        // A thread of its own: there is no way back out of a namespace.
        FutureTask<Boolean> renamed = new FutureTask<>(() -> {
            Syscalls.enter(namespace, CLONE_NEWUTS);
            Syscalls.setHostname(hostname);
            return true;
        });
        Thread.ofPlatform().daemon().name("hostname").start(renamed);
        try {
            renamed.get();
        } catch (ExecutionException e) {
            throw new HostException("cannot rename it: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while it was renamed", e);
        }
    }
}
