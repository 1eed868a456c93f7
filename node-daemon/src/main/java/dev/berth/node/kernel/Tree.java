package dev.berth.node.kernel;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Files inside a context's tree, which its root may have arranged to harm the host. Links lead nowhere outside (openat2
 * with RESOLVE_IN_ROOT), a file is replaced and never written through, and everything made belongs to the context.
 */
final class Tree implements AutoCloseable {
    private static final int DIRECTORY_MODE = 0755;

    private final Fd root;
    private final long baseId;

    private Tree(Fd root, long baseId) {
        this.root = root;
        this.baseId = baseId;
    }

    /** @param baseId host id of the context's root */
    static Tree open(Path root, long baseId) {
        return new Tree(Syscalls.openDirectory(root), baseId);
    }

    /** Replaces the file, whatever it was, unless it was a directory. */
    void write(String path, byte[] content, int mode) {
        try (Fd parent = directory(parentOf(path), DIRECTORY_MODE)) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            String temporary =
                    ".berth-%016x".formatted(ThreadLocalRandom.current().nextLong());
            try {
                create(parent, temporary, content, mode);
                Syscalls.rename(parent, temporary, name);
            } catch (SyscallException e) {
                discard(parent, temporary);
                throw e;
            }
        }
    }

    /** Makes the directory where there is none; an existing one keeps its mode and owner. */
    Fd directory(String path, int mode) {
        try {
            return open(path);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT || path.equals(".")) {
                throw e;
            }
        }
        try (Fd parent = directory(parentOf(path), DIRECTORY_MODE)) {
            Syscalls.makeDirectory(parent, path.substring(path.lastIndexOf('/') + 1), mode);
        }
        Fd made = open(path);
        Syscalls.own(made, baseId, mode);
        return made;
    }

    /** The first bytes of a file; empty when it does not exist or is no file one can read at once. */
    Optional<byte[]> read(String path, int limit) {
        try (Fd file = Syscalls.openInside(root, path, Syscalls.O_NONBLOCK | Syscalls.noFollowFlag(), 0)) {
            return Optional.of(Syscalls.read(file, limit));
        } catch (SyscallException _) {
            return Optional.empty();
        }
    }

    private Fd open(String path) {
        return Syscalls.openInside(root, path, Syscalls.directoryFlag(), 0);
    }

    private void create(Fd parent, String name, byte[] content, int mode) {
        long flags = Syscalls.O_WRONLY | Syscalls.O_CREAT | Syscalls.O_EXCL | Syscalls.noFollowFlag();
        try (Fd file = Syscalls.openInside(parent, name, flags, 0600)) {
            Syscalls.writeFully(file, content);
            Syscalls.own(file, baseId, mode);
        }
    }

    private static void discard(Fd parent, String name) {
        try {
            Syscalls.unlink(parent, name);
        } catch (SyscallException _) {
            // It was never made; the first failure is the one to tell.
            return;
        }
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "." : path.substring(0, slash);
    }

    @Override
    public void close() {
        root.close();
    }
}
