package dev.berth.node.kernel;

import dev.berth.node.host.Console;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A program at a terminal of its own (pty(7)). It leads a session whose controlling terminal is the other end, which this JVM
 * never opens: the daemon leads a session too, and would be hung up with it.
 */
final class Pty implements Console {
    private static final int SIGHUP = 1;
    private static final int SIGKILL = 9;
    private static final int POLL_MILLIS = 200;
    private static final int WRITE_POLLS = 50;
    private static final int END_POLLS = 200;
    private static final Duration END_POLL = Duration.ofMillis(10);

    private final Fd master;
    private final long pid;

    /** Shared by calls that use the descriptor; who closes it waits until none does. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private volatile boolean closed;
    private boolean reaped;

    private Pty(Fd master, long pid) {
        this.master = master;
        this.pid = pid;
    }

    /** @param arguments program and arguments, looked for on the daemon's path */
    static Pty spawn(List<String> arguments, List<String> environment, Size size) {
        Fd master = Terminals.openMaster();
        try {
            Path terminal = Terminals.otherEnd(master);
            Terminals.resize(master, size);
            return new Pty(master, Spawn.atTerminal(arguments, environment, terminal));
        } catch (RuntimeException e) {
            master.close();
            throw e;
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        use.readLock().lock();
        try (Arena arena = Arena.ofConfined()) {
            if (closed) {
                return -1;
            }
            if (!Terminals.ready(master, Terminals.POLLIN, POLL_MILLIS)) {
                return 0;
            }
            MemorySegment bytes = arena.allocate(buffer.length);
            long got = Syscalls.readSome(master, bytes);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, buffer, 0, (int) got);
            return got == 0 ? -1 : (int) got;
        } catch (SyscallException e) {
            // EIO: nobody has the other end open any more
            return e.errno() == Errno.EAGAIN || e.errno() == Errno.EINTR ? 0 : -1;
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        use.readLock().lock();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment left = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            for (int poll = 0; left.byteSize() > 0; poll++) {
                if (closed || poll == WRITE_POLLS) {
                    throw new IOException("the terminal takes no input");
                }
                if (Terminals.ready(master, Terminals.POLLOUT, POLL_MILLIS)) {
                    left = left.asSlice(Syscalls.writeSome(master, left));
                }
            }
        } catch (SyscallException e) {
            throw new IOException("the terminal is closed", e);
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void resize(Size size) {
        use.readLock().lock();
        try {
            if (!closed) {
                Terminals.resize(master, size);
            }
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        use.writeLock().lock();
        try {
            if (!reaped) {
                end();
                master.close();
                reaped = true;
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Until it is waited for its number is nobody else's. */
    private void end() {
        Syscalls.kill(pid, SIGHUP);
        for (int poll = 0; !Spawn.ended(pid); poll++) {
            if (poll == END_POLLS / 2) {
                Syscalls.kill(pid, SIGKILL);
            }
            if (poll == END_POLLS) {
                throw new HostException("process %d at a terminal does not end".formatted(pid));
            }
            Pause.millis(END_POLL.toMillis());
        }
    }
}
