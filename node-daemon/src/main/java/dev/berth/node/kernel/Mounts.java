package dev.berth.node.kernel;

import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;

/** What is mounted where, as {@code /proc/self/mountinfo} has it. */
final class Mounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int ATTEMPTS = 20;

    private Mounts() {}

    static String text() {
        return Directories.read(MOUNTINFO);
    }

    static NavigableSet<Path> points() {
        NavigableSet<Path> points = new TreeSet<>();
        // Escaped blanks do not matter: no path of ours has one.
        text().lines().map(line -> line.split(" ", 6)[4]).map(Path::of).forEach(points::add);
        return points;
    }

    static boolean isMounted(Path point) {
        return points().contains(point);
    }

    /** Takes off whatever is mounted there, however often. Harmless when nothing is. */
    static void unmount(Path point) {
        for (int attempt = 1; attempt <= ATTEMPTS && isMounted(point); attempt++) {
            try {
                Syscalls.unmount(point, 0);
            } catch (SyscallException e) {
                if (e.errno() != Errno.EBUSY) {
                    throw e;
                }
                Pause.millis(5);
                if (attempt > ATTEMPTS / 2) {
                    // Someone on the host looks at it: they keep what they opened, the name is free.
                    Syscalls.unmount(point, Syscalls.MNT_DETACH);
                }
            }
        }
    }
}
