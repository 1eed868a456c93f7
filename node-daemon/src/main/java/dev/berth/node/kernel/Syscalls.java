package dev.berth.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** The system calls Berth makes itself: what no program offers, or what would cost a process each time. */
final class Syscalls {
    static final int AT_FDCWD = -100;
    static final long O_WRONLY = 1;
    static final long O_CREAT = 0x40;
    static final long O_EXCL = 0x80;
    static final long O_NONBLOCK = 0x800;
    static final long O_PATH = 0x200000;
    static final long O_CLOEXEC = 0x80000;
    static final long MS_NODEV = 4;
    static final long UMOUNT_NOFOLLOW = 8;
    static final long MNT_DETACH = 2;

    // linux/openat2.h
    static final long RESOLVE_NO_XDEV = 0x01;
    static final long RESOLVE_NO_MAGICLINKS = 0x02;
    static final long RESOLVE_IN_ROOT = 0x10;

    private static final int SYS_OPEN_TREE = 428;
    private static final int SYS_MOVE_MOUNT = 429;
    private static final int SYS_OPENAT2 = 437;
    private static final int SYS_MOUNT_SETATTR = 442;
    private static final int SYS_QUOTACTL_FD = 443;
    private static final long OPEN_TREE_CLONE = 1;
    private static final long AT_EMPTY_PATH = 0x1000;
    private static final long MOUNT_ATTR_RDONLY = 0x1;
    private static final long MOUNT_ATTR_NODEV = 0x4;
    private static final long MOUNT_ATTR_IDMAP = 0x100000;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 0x4;
    private static final long RENAME_EXCHANGE = 2;
    private static final long MSG_DONTWAIT = 0x40;
    private static final int OPEN_ATTEMPTS = 16;
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_FILE_BYTES = 4 << 20;

    private static final Libc SYSCALL = Libc.variadic("syscall", 1, 7, false);
    private static final Libc OPEN = Libc.variadic("open", 2, 3, true);
    private static final Libc IOCTL = Libc.variadic("ioctl", 2, 3, true);
    private static final Libc CLOSE = Libc.function("close", 1);
    private static final Libc MOUNT = Libc.function("mount", 5);
    private static final Libc UMOUNT = Libc.function("umount2", 2);
    private static final Libc CHOWN = Libc.function("chown", 3);
    private static final Libc FCHOWN = Libc.function("fchown", 3);
    private static final Libc FCHMOD = Libc.function("fchmod", 2);
    private static final Libc MKDIRAT = Libc.function("mkdirat", 3);
    private static final Libc RENAMEAT = Libc.function("renameat", 4);
    private static final Libc RENAMEAT2 = Libc.function("renameat2", 5);
    private static final Libc UNLINKAT = Libc.function("unlinkat", 3);
    private static final Libc FSYNC = Libc.function("fsync", 1);
    private static final Libc SYNCFS = Libc.function("syncfs", 1);
    private static final Libc KILL = Libc.function("kill", 2);
    private static final Libc SETNS = Libc.function("setns", 2);
    private static final Libc SETHOSTNAME = Libc.function("sethostname", 2);
    private static final Libc SOCKET = Libc.function("socket", 3);
    private static final Libc SEND = Libc.wide("send", 4);
    private static final Libc RECEIVE = Libc.wide("recv", 4);
    private static final Libc WRITE = Libc.wide("write", 3);
    private static final Libc READ = Libc.wide("read", 3);

    private Syscalls() {}

    static void close(int fd) {
        CLOSE.call("fd", fd);
    }

    static Fd openDirectory(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            long directory = isArm() ? 0x4000 : 0x10000;
            return new Fd((int) OPEN.call(path.toString(), text(arena, path), directory | O_CLOEXEC, 0));
        }
    }

    static Fd openReadOnly(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return new Fd((int) OPEN.call(path.toString(), text(arena, path), O_CLOEXEC, 0));
        }
    }

    /** Opens below {@code root} so that no link inside can lead out of it ({@code openat2(2)}). */
    static Fd openInside(Fd root, String path, long flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(24, 8);
            how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
            how.set(ValueLayout.JAVA_LONG, 8, (flags & O_CREAT) == 0 ? 0 : mode);
            how.set(ValueLayout.JAVA_LONG, 16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
            long name = arena.allocateFrom(path).address();
            for (int attempt = 1; ; attempt++) {
                try {
                    return new Fd((int)
                            SYSCALL.call("openat2 " + path, SYS_OPENAT2, root.number(), name, how.address(), 24, 0, 0));
                } catch (SyscallException e) {
                    // A rename elsewhere in the tree makes the kernel give up safely; a hostile one may do it for ever.
                    if (e.errno() != Errno.EAGAIN || attempt == OPEN_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }
    }

    static long directoryFlag() {
        return isArm() ? 0x4000 : 0x10000;
    }

    static long noFollowFlag() {
        return isArm() ? 0x8000 : 0x20000;
    }

    private static boolean isArm() {
        return "aarch64".equals(System.getProperty("os.arch"));
    }

    /** A detached read-only copy of the mount at {@code source}, its ids shifted by the user namespace's map. */
    static Fd idmappedCopy(Path source, Fd userNamespace) {
        return idmappedCopy(source, userNamespace, MOUNT_ATTR_RDONLY);
    }

    /** The same, through which one can write. */
    static Fd writableIdmappedCopy(Path source, Fd userNamespace) {
        return idmappedCopy(source, userNamespace, 0);
    }

    private static Fd idmappedCopy(Path source, Fd userNamespace, long more) {
        try (Arena arena = Arena.ofConfined()) {
            Fd tree = new Fd((int) SYSCALL.call(
                    "open_tree " + source,
                    SYS_OPEN_TREE,
                    AT_FDCWD,
                    text(arena, source),
                    OPEN_TREE_CLONE | O_CLOEXEC,
                    0,
                    0,
                    0));
            MemorySegment attributes = arena.allocate(32, 8);
            attributes.set(ValueLayout.JAVA_LONG, 0, MOUNT_ATTR_IDMAP | MOUNT_ATTR_NODEV | more);
            attributes.set(ValueLayout.JAVA_LONG, 24, userNamespace.number());
            long empty = arena.allocateFrom("").address();
            try {
                SYSCALL.call(
                        "mount_setattr idmap " + source,
                        SYS_MOUNT_SETATTR,
                        tree.number(),
                        empty,
                        AT_EMPTY_PATH,
                        attributes.address(),
                        32,
                        0);
                return tree;
            } catch (SyscallException e) {
                tree.close();
                throw e;
            }
        }
    }

    static void moveMount(Fd tree, Path target) {
        try (Arena arena = Arena.ofConfined()) {
            SYSCALL.call(
                    "move_mount " + target,
                    SYS_MOVE_MOUNT,
                    tree.number(),
                    arena.allocateFrom("").address(),
                    AT_FDCWD,
                    text(arena, target),
                    MOVE_MOUNT_F_EMPTY_PATH,
                    0);
        }
    }

    static void mount(String type, Path target, long flags, String options) {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(type).address();
            MOUNT.call(
                    type + " " + target,
                    name,
                    text(arena, target),
                    name,
                    flags,
                    arena.allocateFrom(options).address());
        }
    }

    static void unmount(Path target, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            UMOUNT.call(target.toString(), text(arena, target), flags | UMOUNT_NOFOLLOW);
        }
    }

    static void chown(Path path, long owner) {
        try (Arena arena = Arena.ofConfined()) {
            CHOWN.call(path.toString(), text(arena, path), owner, owner);
        }
    }

    static void own(Fd file, long owner, int mode) {
        own(file, owner, owner, mode);
    }

    static void own(Fd file, long user, long group, int mode) {
        FCHOWN.call("fd", file.number(), user, group);
        FCHMOD.call("fd", file.number(), mode);
    }

    static void makeDirectory(Fd parent, String name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MKDIRAT.call(name, parent.number(), arena.allocateFrom(name).address(), mode);
        }
    }

    static void rename(Fd parent, String from, String to) {
        try (Arena arena = Arena.ofConfined()) {
            RENAMEAT.call(
                    to,
                    parent.number(),
                    arena.allocateFrom(from).address(),
                    parent.number(),
                    arena.allocateFrom(to).address());
        }
    }

    /** Each gets the other's place, in one step. */
    static void exchange(Path one, Path other) {
        try (Arena arena = Arena.ofConfined()) {
            RENAMEAT2.call(
                    "%s and %s".formatted(one, other),
                    AT_FDCWD,
                    text(arena, one),
                    AT_FDCWD,
                    text(arena, other),
                    RENAME_EXCHANGE);
        }
    }

    static void unlink(Fd parent, String name) {
        try (Arena arena = Arena.ofConfined()) {
            UNLINKAT.call(name, parent.number(), arena.allocateFrom(name).address(), 0);
        }
    }

    static void writeFully(Fd file, byte[] content) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
            long done = 0;
            while (done < content.length) {
                done += WRITE.call("fd", file.number(), bytes.address() + done, content.length - done);
            }
        }
    }

    /** At most {@code limit} bytes from the start of the file. */
    static byte[] read(Fd file, int limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(limit);
            long done = 0;
            long got = -1;
            while (done < limit && got != 0) {
                got = READ.call("fd", file.number(), bytes.address() + done, limit - done);
                done += got;
            }
            return bytes.asSlice(0, done).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /**
     * What a file of the kernel holds now. For what is read thousands of times a minute: {@code java.nio} takes several times as
     * long.
     *
     * @throws SyscallException ENOENT when it does not exist, ENODEV when it went away meanwhile
     */
    static String readFile(String path) {
        try (Arena arena = Arena.ofConfined()) {
            try (Fd fd = new Fd((int) OPEN.call(path, arena.allocateFrom(path).address(), O_CLOEXEC, 0))) {
                MemorySegment page = arena.allocate(PAGE_BYTES);
                byte[] content = new byte[0];
                long got = READ.call(path, fd.number(), page.address(), PAGE_BYTES);
                while (got > 0 && content.length < MOST_FILE_BYTES) {
                    int before = content.length;
                    content = Arrays.copyOf(content, before + (int) got);
                    MemorySegment.copy(page, ValueLayout.JAVA_BYTE, 0, content, before, (int) got);
                    got = READ.call(path, fd.number(), page.address(), PAGE_BYTES);
                }
                return new String(content, StandardCharsets.UTF_8);
            }
        }
    }

    /** As much as there is; 0 at the end. */
    static long readSome(Fd file, MemorySegment bytes) {
        return READ.call("fd", file.number(), bytes.address(), bytes.byteSize());
    }

    /** As much as is taken at once. */
    static long writeSome(Fd file, MemorySegment bytes) {
        return WRITE.call("fd", file.number(), bytes.address(), bytes.byteSize());
    }

    static Fd socket(int family, int type, int protocol) {
        return new Fd((int) SOCKET.call("socket", family, type, protocol));
    }

    static void send(Fd socket, byte[] message) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
            SEND.call("netlink", socket.number(), bytes.address(), message.length, 0);
        }
    }

    /** One message that is there already: netlink answers before {@link #send} returns. */
    static byte[] receive(Fd socket, int limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(limit);
            long got = RECEIVE.call("netlink", socket.number(), bytes.address(), limit, MSG_DONTWAIT);
            return bytes.asSlice(0, got).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Everything written to the filesystem so far is on disk when this returns. */
    static void syncFilesystem(Path path) {
        try (Fd fd = openReadOnly(path)) {
            SYNCFS.call(path.toString(), fd.number());
        }
    }

    /** Content and length of a file, or the names in a directory, are on disk when this returns. */
    static void sync(Fd file) {
        FSYNC.call("fd", file.number());
    }

    static void ioctl(String what, Fd fd, long request, MemorySegment argument) {
        IOCTL.call(what, fd.number(), request, argument.address());
    }

    /** On the filesystem the open file lies on ({@code quotactl_fd(2)}). */
    static void quotactl(String what, Fd fd, int command, long id, MemorySegment argument) {
        SYSCALL.call(
                "quotactl " + what,
                SYS_QUOTACTL_FD,
                fd.number(),
                Integer.toUnsignedLong(command),
                id,
                argument.address(),
                0,
                0);
    }

    /** Takes the calling thread into a namespace, for good ({@code setns(2)}). */
    static void enter(Fd namespace, long kind) {
        SETNS.call("fd", namespace.number(), kind);
    }

    /** Of the calling thread's UTS namespace. */
    static void setHostname(String name) {
        try (Arena arena = Arena.ofConfined()) {
            SETHOSTNAME.call(name, arena.allocateFrom(name).address(), name.length());
        }
    }

    /** Sends a signal; false when the process is gone. */
    static boolean kill(long pid, int signal) {
        try {
            KILL.call("pid " + pid, pid, signal);
            return true;
        } catch (SyscallException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    private static long text(Arena arena, Path path) {
        return arena.allocateFrom(path.toString()).address();
    }
}
