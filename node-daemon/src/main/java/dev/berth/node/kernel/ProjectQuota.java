package dev.berth.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.berth.node.host.HostException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Project quota of ext4 and xfs: bytes and files, both hard. A directory's project number is given to all that is made in it, and
 * may not be changed from within a user namespace. The filesystem's own {@code df} of such a directory shows the limit. Only
 * hard limits are set: a share reserved for the context's root, as ext2 had it, is not offered by the mechanism.
 *
 * <p>By {@code quotactl_fd(2)} and the calls of {@code linux/fs.h}, the same for both filesystems.
 */
final class ProjectQuota implements QuotaDriver {
    /** Far from the small numbers people write into /etc/projects. */
    private static final long FIRST_PROJECT = 0x4200_0000L;

    private static final long MOST_PROJECTS = 0x0100_0000L;

    // linux/quota.h, linux/dqblk_xfs.h
    private static final int PRJQUOTA = 2;
    private static final int Q_GETQUOTA = 0x80_0007;
    private static final int Q_SETQUOTA = 0x80_0008;
    private static final int Q_XGETQSTAT = ('X' << 8) + 5;
    private static final int QSTAT_BYTES = 80;
    private static final int QSTAT_FLAGS_AT = 2;
    private static final int COUNTED_AND_ENFORCED = 1 << 4 | 1 << 5;
    private static final int DQBLK_BYTES = 72;
    private static final int HARD_BLOCKS_AT = 0;
    private static final int USED_BYTES_AT = 16;
    private static final int HARD_INODES_AT = 24;
    private static final int USED_INODES_AT = 40;
    private static final int VALID_AT = 64;
    private static final int LIMITS_VALID = 1 | 4;
    private static final int BLOCK_SHIFT = 10;

    // linux/fs.h: struct fsxattr
    private static final long FS_IOC_FSGETXATTR = 2L << 30 | 28L << 16 | 'X' << 8 | 31;
    private static final long FS_IOC_FSSETXATTR = 1L << 30 | 28L << 16 | 'X' << 8 | 32;
    private static final int FSXATTR_BYTES = 28;
    private static final int XFLAGS_AT = 0;
    private static final int PROJECT_AT = 12;
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    private static final Duration REMOVE_WITHIN = Duration.ofMinutes(4);

    private final Programs programs;

    ProjectQuota(Programs programs) {
        this.programs = programs;
    }

    /** Whether the filesystem of this directory counts and enforces projects. */
    static boolean offeredBy(Path directory) {
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            MemorySegment status = arena.allocate(QSTAT_BYTES, 8);
            Syscalls.quotactl("state of " + directory, fd, Q_XGETQSTAT << 8 | PRJQUOTA, 0, status);
            int flags = status.get(JAVA_SHORT, QSTAT_FLAGS_AT);
            return (flags & COUNTED_AND_ENFORCED) == COUNTED_AND_ENFORCED;
        } catch (SyscallException _) {
            // Each filesystem that has no quota says so with another number.
            return false;
        }
    }

    @Override
    public String name() {
        return "project";
    }

    @Override
    public boolean limitsInodes() {
        return true;
    }

    @Override
    public void prepare(Path store) {
        if (!offeredBy(store)) {
            throw new HostException("%s has lost its project quota: mount it with prjquota".formatted(store));
        }
    }

    @Override
    public void make(Path directory, long project) {
        if (project < 0 || project >= MOST_PROJECTS) {
            throw new IllegalArgumentException("project %d is not valid".formatted(project));
        }
        // Before anything is in it: what is made later has the number from its parent.
        Directories.make(directory, "rwx------");
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            MemorySegment attributes = attributes(arena, fd);
            int flags = attributes.get(JAVA_INT, XFLAGS_AT);
            int number = (int) (FIRST_PROJECT + project);
            boolean numbered = Integer.toUnsignedLong(attributes.get(JAVA_INT, PROJECT_AT)) >= FIRST_PROJECT;
            if ((flags & FS_XFLAG_PROJINHERIT) == 0 || !numbered) {
                attributes.set(JAVA_INT, XFLAGS_AT, flags | FS_XFLAG_PROJINHERIT);
                attributes.set(JAVA_INT, PROJECT_AT, number);
                Syscalls.ioctl("set project of " + directory, fd, FS_IOC_FSSETXATTR, attributes);
            }
        }
    }

    @Override
    public Optional<Long> project(Path directory) {
        if (!Files.isDirectory(directory) || !hasProject(directory)) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            return Optional.of(project(arena, fd) - FIRST_PROJECT);
        }
    }

    @Override
    public boolean chargesShared() {
        return true;
    }

    @Override
    public Optional<DiskLimit> limit(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            MemorySegment quota = quota(arena, fd);
            long bytes = quota.get(JAVA_LONG, HARD_BLOCKS_AT) << BLOCK_SHIFT;
            Optional<Long> inodes =
                    Optional.of(quota.get(JAVA_LONG, HARD_INODES_AT)).filter(n -> n > 0);
            return bytes == 0 ? Optional.empty() : Optional.of(new DiskLimit(bytes, inodes));
        }
    }

    @Override
    public void setLimit(Path directory, DiskLimit limit) {
        set(directory, Math.max(1, limit.bytes() >> BLOCK_SHIFT), limit.inodes().orElse(0L));
    }

    /** Zero is no limit. */
    private static void set(Path directory, long blocks, long inodes) {
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            MemorySegment quota = arena.allocate(DQBLK_BYTES, 8);
            quota.set(JAVA_LONG, HARD_BLOCKS_AT, blocks);
            quota.set(JAVA_LONG, HARD_INODES_AT, inodes);
            quota.set(JAVA_INT, VALID_AT, LIMITS_VALID);
            Syscalls.quotactl("limit of " + directory, fd, Q_SETQUOTA << 8 | PRJQUOTA, project(arena, fd), quota);
        }
    }

    @Override
    public DiskUse used(Path directory) {
        if (!Files.isDirectory(directory)) {
            return new DiskUse(0, 0);
        }
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            MemorySegment quota = quota(arena, fd);
            return new DiskUse(quota.get(JAVA_LONG, USED_BYTES_AT), quota.get(JAVA_LONG, USED_INODES_AT));
        }
    }

    /** By a program that walks by file descriptor: a tree may be deeper than the longest path. */
    @Override
    public void remove(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        if (hasProject(directory)) {
            set(directory, 0, 0);
        }
        programs.check(new Programs.Command(
                List.of("rm", "--recursive", "--force", "--one-file-system", directory.toString()),
                "",
                REMOVE_WITHIN,
                64 << 10));
    }

    private static MemorySegment quota(Arena arena, Fd fd) {
        MemorySegment quota = arena.allocate(DQBLK_BYTES, 8);
        try {
            Syscalls.quotactl("use", fd, Q_GETQUOTA << 8 | PRJQUOTA, project(arena, fd), quota);
        } catch (SyscallException e) {
            // xfs knows a project only from its first limit or block on.
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        return quota;
    }

    private static boolean hasProject(Path directory) {
        try (Arena arena = Arena.ofConfined();
                Fd fd = Syscalls.openDirectory(directory)) {
            return Integer.toUnsignedLong(attributes(arena, fd).get(JAVA_INT, PROJECT_AT)) >= FIRST_PROJECT;
        }
    }

    /** Never project 0, which is everything on the filesystem that has no project. */
    private static long project(Arena arena, Fd fd) {
        long project = Integer.toUnsignedLong(attributes(arena, fd).get(JAVA_INT, PROJECT_AT));
        if (project < FIRST_PROJECT || project >= FIRST_PROJECT + MOST_PROJECTS) {
            throw new HostException("the directory has project %d, which is none of Berth's".formatted(project));
        }
        return project;
    }

    private static MemorySegment attributes(Arena arena, Fd fd) {
        MemorySegment attributes = arena.allocate(FSXATTR_BYTES, 8);
        Syscalls.ioctl("get project", fd, FS_IOC_FSGETXATTR, attributes);
        return attributes;
    }
}
