package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/** Starts a program as leader of a new session at a terminal (posix_spawn(3)), which ProcessBuilder cannot. */
final class Spawn {
    private static final int OPAQUE_BYTES = 1024;
    private static final long O_RDWR = 2;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;
    private static final long WNOHANG = 1;
    private static final int FIRST_OTHER = 3;
    private static final Libc SPAWN = Libc.function("posix_spawnp", 6);
    private static final Libc WAIT = Libc.function("waitpid", 3);
    private static final Libc ATTRIBUTES = Libc.function("posix_spawnattr_init", 1);
    private static final Libc FLAGS = Libc.function("posix_spawnattr_setflags", 2);
    private static final Libc DEFAULTS = Libc.function("posix_spawnattr_setsigdefault", 2);
    private static final Libc FILL = Libc.function("sigfillset", 1);
    private static final long SIGNAL_SET_BYTES = 128;
    private static final Libc ACTIONS = Libc.function("posix_spawn_file_actions_init", 1);
    private static final Libc FREE_ACTIONS = Libc.function("posix_spawn_file_actions_destroy", 1);
    private static final Libc OPEN = Libc.function("posix_spawn_file_actions_addopen", 5);
    private static final Libc DUP = Libc.function("posix_spawn_file_actions_adddup2", 3);
    private static final Libc CLOSE_FROM = Libc.function("posix_spawn_file_actions_addclosefrom_np", 2);

    private Spawn() {}

    /** @return its process number; the caller waits for its end with {@link #ended} */
    static long atTerminal(List<String> arguments, List<String> environment, Path terminal) {
        try (Arena arena = Arena.ofConfined()) {
            long attributes = arena.allocate(OPAQUE_BYTES, 16).address();
            // In glibc 0 is well and a positive number is what errno would be.
            check("attributes", ATTRIBUTES.call("", attributes));
            // No signal blocked: the calling thread of a JVM may have some blocked. And none ignored: a daemon that was
            // started by
            // nohup ignores hanging up, and a terminal in which everybody does could never be hung up.
            check("flags", FLAGS.call("", attributes, SETSID | SETSIGMASK | SETSIGDEF));
            long every = arena.allocate(SIGNAL_SET_BYTES, 8).address();
            check("signals", FILL.call("", every));
            check("defaults", DEFAULTS.call("", attributes, every));
            long actions = arena.allocate(OPAQUE_BYTES, 16).address();
            check("actions", ACTIONS.call("", actions));
            try {
                long path = arena.allocateFrom(terminal.toString()).address();
                // The first terminal that the leader of a session opens becomes its controlling one.
                check("open", OPEN.call("", actions, 0, path, O_RDWR, 0));
                check("output", DUP.call("", actions, 0, 1));
                check("errors", DUP.call("", actions, 0, 2));
                check("close", CLOSE_FROM.call("", actions, FIRST_OTHER));
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                long program = arena.allocateFrom(arguments.getFirst()).address();
                long words = strings(arena, arguments);
                long variables = strings(arena, environment);
                check(
                        arguments.getFirst(),
                        SPAWN.call("", pid.address(), program, actions, attributes, words, variables));
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                FREE_ACTIONS.call("", actions);
            }
        }
    }

    /** Whether it has ended; if so it is waited for, and its number is free for others. */
    static boolean ended(long pid) {
        return WAIT.call("pid " + pid, pid, 0, WNOHANG) != 0;
    }

    private static void check(String what, long result) {
        if (result != 0) {
            throw new HostException("cannot start %s: %s".formatted(what, new SyscallException(what, (int) result)));
        }
    }

    private static long strings(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return array.address();
    }
}
