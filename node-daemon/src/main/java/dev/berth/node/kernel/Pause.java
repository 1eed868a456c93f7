package dev.berth.node.kernel;

import dev.berth.node.host.HostException;

/** A short wait for the kernel, inside loops that have a limit. */
final class Pause {
    private Pause() {}

    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while waiting for the kernel", e);
        }
    }
}
