package dev.berth.node.kernel;

import dev.berth.node.host.Console.Size;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Calls of pty(7) and ioctl_tty(2). */
final class Terminals {
    static final short POLLIN = 1;
    static final short POLLOUT = 4;
    private static final long O_RDWR = 2;
    private static final long O_NOCTTY = 0x100;
    private static final long TIOCGWINSZ = 0x5413;
    private static final long TIOCSWINSZ = 0x5414;
    private static final long TIOCGPTN = 0x8004_5430L;
    private static final long WINSIZE_BYTES = 8;
    private static final Libc OPENPT = Libc.function("posix_openpt", 1);
    private static final Libc GRANTPT = Libc.function("grantpt", 1);
    private static final Libc UNLOCKPT = Libc.function("unlockpt", 1);
    private static final Libc POLL = Libc.function("poll", 3);

    private Terminals() {}

    /** The end that stands for screen and keyboard; reading and writing do not wait. */
    static Fd openMaster() {
        Fd master = new Fd((int) OPENPT.call("terminal", O_RDWR | O_NOCTTY | Syscalls.O_CLOEXEC | Syscalls.O_NONBLOCK));
        try {
            GRANTPT.call("terminal", master.number());
            UNLOCKPT.call("terminal", master.number());
            return master;
        } catch (SyscallException e) {
            master.close();
            throw e;
        }
    }

    /** The end that programs have. */
    static Path otherEnd(Fd master) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            Syscalls.ioctl("terminal number", master, TIOCGPTN, number);
            return Path.of("/dev/pts", Integer.toString(number.get(ValueLayout.JAVA_INT, 0)));
        }
    }

    static void resize(Fd terminal, Size size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment window = arena.allocate(WINSIZE_BYTES, 2);
            window.set(ValueLayout.JAVA_SHORT, 0, (short) size.rows());
            window.set(ValueLayout.JAVA_SHORT, 2, (short) size.columns());
            Syscalls.ioctl("terminal size", terminal, TIOCSWINSZ, window);
        }
    }

    static Size size(Fd terminal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment window = arena.allocate(WINSIZE_BYTES, 2);
            Syscalls.ioctl("terminal size", terminal, TIOCGWINSZ, window);
            int rows = window.get(ValueLayout.JAVA_SHORT, 0);
            int columns = window.get(ValueLayout.JAVA_SHORT, 2);
            return new Size(Math.clamp(columns, 1, Size.MAX), Math.clamp(rows, 1, Size.MAX));
        }
    }

    /** Waits until it can be read or written, or is hung up. */
    static boolean ready(Fd file, short events, int millis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(ValueLayout.JAVA_INT, 0, file.number());
            poll.set(ValueLayout.JAVA_SHORT, 4, events);
            return POLL.call("terminal", poll.address(), 1, millis) > 0;
        } catch (SyscallException e) {
            if (e.errno() == Errno.EINTR) {
                return false;
            }
            throw e;
        }
    }
}
