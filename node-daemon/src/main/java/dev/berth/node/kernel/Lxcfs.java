package dev.berth.node.kernel;

import dev.berth.node.host.Finding;
import dev.berth.node.host.Finding.Level;
import dev.berth.node.host.HostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * lxcfs(1), which shows contexts their own memory, CPUs and uptime in {@code /proc}. LXC uses it where it runs when a context
 * starts. It is one process for all contexts of the host and not the daemon's own: it goes on when the daemon ends.
 */
final class Lxcfs {
    private static final Path PLACE = Path.of("/var/lib/lxcfs");
    private static final Path HOOK = Path.of("/usr/share/lxcfs/lxc.mount.hook");
    private static final int POLLS = 200;
    private static final long POLL_MILLIS = 20;

    /**
     * LXC runs it in the new mount namespace of a context, after lxcfs's own hook. Where groups have no slab figures lxcfs shows the host's, and
     * whoever makes a directory for it gets all of it once more; below either lies what the kernel shows, which is for the host's root.
     */
    private static final String HIDE = """
            #!/bin/sh
            # Written by berthd.
            root=$(readlink -f "$LXC_ROOTFS_MOUNT") || exit 1
            while read -r _ _ _ from place rest; do
                case "$from $rest" in
                    "/ "*" fuse.lxcfs "* | "/proc/slabinfo "*" fuse.lxcfs "*) ;;
                    *) continue ;;
                esac
                case $place in
                    "$root"/*) umount -n "$(printf '%b' "$place")" || exit 1 ;;
                esac
            done < /proc/self/mountinfo
            exit 0
            """;

    private final Programs programs;

    Lxcfs(Programs programs) {
        this.programs = programs;
    }

    static Path hidingHook(Path run) {
        return run.resolve("hide-host");
    }

    /** For everyone to read: whoever runs it is root only in the context. */
    static void prepare(Path run) {
        Directories.write(hidingHook(run), HIDE, "rwxr-xr-x");
    }

    /** What there is of it. */
    enum State {
        RUNS,
        ENDED,
        STOPPED,
        NOT_INSTALLED
    }

    static State state() {
        return state(
                Files.isExecutable(HOOK) || Files.isReadable(HOOK),
                Mounts.isMounted(PLACE),
                Files.isReadable(PLACE.resolve("proc/meminfo")));
    }

    /** A process that ended without tidying up leaves its mount behind, and every look into it fails. */
    static State state(boolean installed, boolean mounted, boolean answers) {
        if (mounted) {
            return answers ? State.RUNS : State.ENDED;
        }
        return installed ? State.STOPPED : State.NOT_INSTALLED;
    }

    static Finding finding() {
        return finding(state());
    }

    static Finding finding(State state) {
        return switch (state) {
            case RUNS -> new Finding("lxcfs", Level.OK, "runs", "");
            case STOPPED ->
                degraded(
                        "is installed but does not run: contexts see the host's memory and uptime",
                        "systemctl enable --now lxcfs, or run berthd with --start-lxcfs; then restart the contexts");
            case ENDED ->
                degraded(
                        "ended and left its mount: /proc of contexts that used it is broken",
                        "umount --lazy /var/lib/lxcfs, start lxcfs again, then restart the contexts");
            case NOT_INSTALLED ->
                degraded(
                        "is not installed: contexts see the host's memory and uptime",
                        "apt-get install lxcfs, then restart the contexts");
        };
    }

    private static Finding degraded(String found, String remedy) {
        return new Finding("lxcfs", Level.DEGRADED, found, remedy);
    }

    /** Starts it where it does not run. */
    void start() {
        State state = state();
        if (state == State.RUNS) {
            return;
        }
        if (state == State.NOT_INSTALLED) {
            throw new HostException("lxcfs is to be started but is not installed: apt-get install lxcfs");
        }
        if (state == State.ENDED) {
            programs.check(Programs.Command.of("umount", "--lazy", PLACE.toString()));
        }
        Directories.make(PLACE, "rwxr-xr-x");
        // A session of its own, so that what ends the daemon's group does not end it.
        programs.check(Programs.Command.of("setsid", "--fork", "lxcfs", PLACE.toString())
                .timeout(Duration.ofSeconds(10)));
        for (int poll = 0; poll < POLLS; poll++) {
            if (state() == State.RUNS) {
                return;
            }
            Pause.millis(POLL_MILLIS);
        }
        throw new HostException("lxcfs was started but does not answer in " + PLACE);
    }
}
