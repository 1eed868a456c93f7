package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.Serial;

/** A system call failed; {@code errno} tells why. */
final class SyscallException extends HostException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int errno;

    SyscallException(String call, int errno) {
        super("%s: %s".formatted(call, Errno.text(errno)));
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
