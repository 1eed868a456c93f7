package dev.berth.node.kernel;

import java.nio.file.Path;

/** An open file descriptor, closed once. */
final class Fd implements AutoCloseable {
    private final int number;
    private boolean closed;

    Fd(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** A path that names the open file, for calls that take only paths. */
    Path path() {
        return Path.of("/proc/self/fd/" + number);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Syscalls.close(number);
        }
    }
}
