package dev.berth.node.kernel;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Files inside a context's tree, which its root may have arranged to harm the host. Links lead nowhere outside (openat2
 * with RESOLVE_IN_ROOT), a file is replaced and never written through, and everything made belongs to the context. Used by
 * one thread.
 */
final class Tree implements AutoCloseable {
    private static final int DIRECTORY_MODE = 0755;

    private final Fd root;
    private final long baseId;
    private final List<Staged> staged = new ArrayList<>();

    /** Directories in which names changed. */
    private final List<Fd> changed = new ArrayList<>();

    /** A file that is complete but has not its name yet. */
    private record Staged(Fd parent, Fd file, String temporary, String name) {}

    private Tree(Fd root, long baseId) {
        this.root = root;
        this.baseId = baseId;
    }

    /** @param baseId host id of the context's root */
    static Tree open(Path root, long baseId) {
        return new Tree(Syscalls.openDirectory(root), baseId);
    }

    /** Replaces the file, whatever it was, unless it was a directory. On the disk when this returns. */
    void write(String path, byte[] content, int mode) {
        stage(path, content, mode);
        commit();
    }

    /** Writes the file under another name, beside the place it will have after {@link #commit}. */
    void stage(String path, byte[] content, int mode) {
        stage(path, content, mode, baseId);
    }

    /** @param group host id of the file's group */
    void stage(String path, byte[] content, int mode, long group) {
        Fd parent = directory(parentOf(path), DIRECTORY_MODE);
        String temporary = ".berth-%016x".formatted(ThreadLocalRandom.current().nextLong());
        try {
            Fd file = create(parent, temporary, content, mode, group);
            staged.add(new Staged(parent, file, temporary, path.substring(path.lastIndexOf('/') + 1)));
        } catch (SyscallException e) {
            discard(parent, temporary);
            parent.close();
            throw e;
        }
    }

    /**
     * Puts all staged files in their places: bytes on the disk first, then names, then the names on the disk. What waits for the
     * disk waits at once, so that the filesystem can make one commit of it.
     */
    void commit() {
        try {
            sync(staged.stream().map(Staged::file).toList());
            while (!staged.isEmpty()) {
                Staged next = staged.getFirst();
                Syscalls.rename(next.parent(), next.temporary(), next.name());
                next.file().close();
                changed.add(next.parent());
                staged.removeFirst();
            }
            sync(changed);
        } finally {
            abandon();
        }
    }

    private void abandon() {
        for (Staged each : staged) {
            discard(each.parent(), each.temporary());
            each.file().close();
            each.parent().close();
        }
        staged.clear();
        changed.forEach(Fd::close);
        changed.clear();
    }

    private static void sync(List<Fd> files) {
        List<Future<?>> waiting = new ArrayList<>();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("sync").factory())) {
            files.forEach(file -> waiting.add(threads.submit(() -> Syscalls.sync(file))));
        }
        for (Future<?> each : waiting) {
            if (each.state() == Future.State.FAILED) {
                throw new HostException(
                        "cannot bring files to the disk: " + each.exceptionNow().getMessage());
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
        Fd parent = directory(parentOf(path), DIRECTORY_MODE);
        changed.add(parent);
        Syscalls.makeDirectory(parent, path.substring(path.lastIndexOf('/') + 1), mode);
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

    /** Whether there is something that can be opened, link or not. */
    boolean exists(String path) {
        try (Fd _ = Syscalls.openInside(root, path, Syscalls.O_PATH, 0)) {
            return true;
        } catch (SyscallException _) {
            return false;
        }
    }

    /** Host id of a file's group where it is one of the context's own, else that of its root. */
    long groupOf(String path) {
        try (Fd file = Syscalls.openInside(root, path, Syscalls.O_NONBLOCK | Syscalls.noFollowFlag(), 0)) {
            // Java says it as a signed number, and ids of contexts go beyond what that holds.
            long group = Integer.toUnsignedLong((Integer) Files.getAttribute(file.path(), "unix:gid"));
            return group > baseId && group < baseId + ContextLayout.ID_RANGE ? group : baseId;
        } catch (SyscallException | IOException _) {
            return baseId;
        }
    }

    private Fd open(String path) {
        return Syscalls.openInside(root, path, Syscalls.directoryFlag(), 0);
    }

    private Fd create(Fd parent, String name, byte[] content, int mode, long group) {
        long flags = Syscalls.O_WRONLY | Syscalls.O_CREAT | Syscalls.O_EXCL | Syscalls.noFollowFlag();
        Fd file = Syscalls.openInside(parent, name, flags, 0600);
        try {
            Syscalls.writeFully(file, content);
            Syscalls.own(file, baseId, group, mode);
            return file;
        } catch (SyscallException e) {
            file.close();
            throw e;
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

    /** Also removes what was staged and not committed. */
    @Override
    public void close() {
        abandon();
        root.close();
    }
}
