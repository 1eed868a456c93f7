package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A subvolume per directory, limited by its level-0 qgroup. By ioctl (linux/btrfs.h) and sysfs, because a process for each
 * of make, limit and read would cost more than all three.
 */
final class BtrfsQuota implements QuotaDriver {
    private static final long SUBVOL_CREATE = write(14, 4096);
    private static final long SNAP_DESTROY = write(15, 4096);
    private static final long INO_LOOKUP = readWrite(18, 4096);
    private static final long FS_INFO = read(31, 1024);
    private static final long QUOTA_CTL = readWrite(40, 16);
    private static final long QGROUP_CREATE = write(42, 16);
    private static final long QGROUP_LIMIT = read(43, 48);
    private static final long QUOTA_ENABLE = 1;
    private static final long QUOTA_ENABLE_SIMPLE = 4;
    private static final long LIMIT_REFERENCED = 1;
    private static final long FIRST_FREE_OBJECTID = 256;
    private static final int NAME_AT = 8;
    private static final int NAME_MAX = 255;

    /** BTRFS_MAX_LEVEL: no tree is that deep. */
    private static final String NEVER_INCONSISTENT = "8";

    private final Map<Path, Group> groups = new ConcurrentHashMap<>();

    /** Where a subvolume's figures are, which takes four system calls to find out. */
    private record Group(Object device, Path files) {}

    @Override
    public String name() {
        return "btrfs";
    }

    @Override
    public boolean limitsInodes() {
        return false;
    }

    @Override
    public void prepare(Path store) {
        try (Fd fd = Syscalls.openDirectory(store)) {
            if (!Files.isDirectory(qgroups(fd))) {
                enable(fd);
            }
            // By default, deleting a large subvolume marks all accounting inconsistent and stops it.
            Path threshold = qgroups(fd).resolve("drop_subtree_threshold");
            if (Files.exists(threshold)) {
                Files.writeString(threshold, NEVER_INCONSISTENT);
            }
        } catch (IOException e) {
            throw new HostException("cannot set up btrfs quota on " + store, e);
        }
    }

    /** Simple quotas (Linux 6.7) charge the subvolume that wrote, cost nothing at deletion and need no rescan. */
    private static void enable(Fd fd) {
        try {
            control(fd, QUOTA_ENABLE_SIMPLE);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOTTY) {
                throw e;
            }
            control(fd, QUOTA_ENABLE);
        }
    }

    private static void control(Fd fd, long command) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(16, 8);
            arguments.set(ValueLayout.JAVA_LONG, 0, command);
            Syscalls.ioctl("quota enable", fd, QUOTA_CTL, arguments);
        }
    }

    @Override
    public void make(Path directory, long project) {
        if (!Files.isDirectory(directory)) {
            try (Fd parent = Syscalls.openDirectory(parent(directory))) {
                named("subvolume create", parent, SUBVOL_CREATE, directory);
            }
        }
    }

    @Override
    public Optional<Long> project(Path directory) {
        return Optional.empty();
    }

    /** Simple quotas charge who wrote a block first, and go on charging it for as long as anyone has it. */
    @Override
    public boolean chargesShared() {
        return false;
    }

    @Override
    public Optional<DiskLimit> limit(Path directory) {
        return Optional.of(figure(directory, "max_referenced"))
                .filter(bytes -> bytes > 0)
                .map(bytes -> new DiskLimit(bytes, Optional.empty()));
    }

    @Override
    public void setLimit(Path directory, DiskLimit limit) {
        try (Fd parent = Syscalls.openDirectory(parent(directory))) {
            limit(parent, subvolumeId(directory), limit.bytes());
        }
    }

    private static void limit(Fd parent, long subvolumeId, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(48, 8);
            arguments.set(ValueLayout.JAVA_LONG, 0, subvolumeId);
            arguments.set(ValueLayout.JAVA_LONG, 8, LIMIT_REFERENCED);
            arguments.set(ValueLayout.JAVA_LONG, 16, bytes);
            Syscalls.ioctl("qgroup limit", parent, QGROUP_LIMIT, arguments);
        }
    }

    @Override
    public DiskUse used(Path directory) {
        return new DiskUse(figure(directory, "referenced"), 0);
    }

    /** Of the directory's group; 0 when the directory does not exist. */
    private long figure(Path directory, String name) {
        Optional<Object> device = device(directory);
        if (device.isEmpty()) {
            groups.remove(directory);
            return 0;
        }
        Group group = groups.compute(
                directory,
                (_, known) -> known != null && known.device().equals(device.get())
                        ? known
                        : new Group(device.get(), group(directory)));
        return Long.parseLong(
                Syscalls.readFile(group.files().resolve(name).toString()).strip());
    }

    /** Every subvolume has a device number of its own as long as it is known to the kernel. */
    private static Optional<Object> device(Path directory) {
        try {
            return Optional.of(Files.getAttribute(directory, "unix:dev", LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HostException("cannot look at " + directory, e);
        }
    }

    private static Path group(Path directory) {
        try (Fd parent = Syscalls.openDirectory(parent(directory))) {
            return qgroups(parent).resolve("0_" + subvolumeId(directory));
        }
    }

    @Override
    public void remove(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        groups.remove(directory);
        try (Fd parent = Syscalls.openDirectory(parent(directory))) {
            long id = subvolumeId(directory);
            named("subvolume delete", parent, SNAP_DESTROY, directory);
            removeGroup(parent, id);
        }
    }

    /** Kernels before 6.11 leave the group of a deleted subvolume behind; newer ones remove it when its data is gone. */
    private static void removeGroup(Fd parent, long id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(16, 8);
            arguments.set(ValueLayout.JAVA_LONG, 8, id);
            Syscalls.ioctl("qgroup destroy", parent, QGROUP_CREATE, arguments);
        } catch (SyscallException e) {
            // Its data is still being freed: the kernel does it then, or the next start of the daemon.
            if (e.errno() != Errno.EBUSY && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private static long subvolumeId(Path directory) {
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            MemorySegment arguments = arena.allocate(4096, 8);
            arguments.set(ValueLayout.JAVA_LONG, 8, FIRST_FREE_OBJECTID);
            Syscalls.ioctl("inode lookup " + directory, fd, INO_LOOKUP, arguments);
            return arguments.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** The filesystem's accounting in sysfs: values as the kernel has them in memory, not as of the last commit. */
    private static Path qgroups(Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(1024, 8);
            Syscalls.ioctl("fs info", fd, FS_INFO, arguments);
            byte[] id = arguments.asSlice(16, 16).toArray(ValueLayout.JAVA_BYTE);
            String hex = HexFormat.of().formatHex(id);
            String uuid = hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
            return Path.of("/sys/fs/btrfs", uuid, "qgroups");
        }
    }

    /** The calls that take {@code struct btrfs_ioctl_vol_args}: a name within the open parent. */
    private static void named(String what, Fd parent, long request, Path directory) {
        byte[] name = directory.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > NAME_MAX) {
            throw new IllegalArgumentException("name of %s is too long".formatted(directory));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(4096, 8);
            arguments.asSlice(NAME_AT, name.length).copyFrom(MemorySegment.ofArray(name));
            Syscalls.ioctl(what + " " + directory, parent, request, arguments);
        }
    }

    private static Path parent(Path directory) {
        Path parent = directory.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(directory + " has no parent");
        }
        return parent;
    }

    // asm-generic/ioctl.h with btrfs's magic number 0x94
    private static long write(int number, int size) {
        return 1L << 30 | (long) size << 16 | 0x94 << 8 | number;
    }

    private static long read(int number, int size) {
        return 2L << 30 | (long) size << 16 | 0x94 << 8 | number;
    }

    private static long readWrite(int number, int size) {
        return 3L << 30 | (long) size << 16 | 0x94 << 8 | number;
    }
}
