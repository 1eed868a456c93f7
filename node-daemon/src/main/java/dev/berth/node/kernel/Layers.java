package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.StorageSpec;
import dev.berth.contract.StorageStatus.Snapshot;
import dev.berth.node.disk.DurableFile;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.HostException;
import dev.berth.node.host.StoredLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Private layers and their snapshots. A snapshot is a whole copy with an accounting of its own, so that it never counts against
 * the context's disk; it is taken while the context does not run, so that no program in it can race with the copying.
 *
 * <p>A directory gets its name only when all of it is on the disk. A layer is replaced by exchanging two names in one call; which
 * {@code layer} of the spec it was made for stands in a file of it, and so changes with it.
 */
final class Layers {
    private static final Logger LOG = Logger.getLogger(Layers.class);

    /** Beside {@code upper} and {@code work}, where nobody but the host's root comes. */
    private static final String NUMBER_FILE = "layer";

    private static final String FAILED = ".failed";
    private static final String UNFINISHED = ".new";
    private static final List<String> KNOWN =
            List.of("File name too long", "No space left on device", "Disk quota exceeded", "Input/output error");
    private static final Duration COPY_WITHIN = Duration.ofMinutes(25);

    /** A context's layer has one of two numbers, so that the next one can be made beside it. */
    private static final long SECOND_LAYER = 1 << 16;

    private static final long FIRST_SNAPSHOT = 1 << 17;

    /** Behind those of all snapshots. */
    private static final long FIRST_RESCUE = 1 << 23;

    /** For what is installed to find a fault. It comes on top of the plan, and goes with the rescue system. */
    private static final long RESCUE_BYTES = 1L << 30;

    private static final long RESCUE_INODES = 100_000;

    private static final String IMAGE_FILE = "image";

    /** More than a spec may carry, because some may be on their way out. */
    private static final int SNAPSHOT_NUMBERS = 2 * StorageSpec.MAX_SNAPSHOTS;

    private final HostConfig config;
    private final QuotaDriver quota;
    private final Programs programs;
    private final LayerArchive archives;

    Layers(HostConfig config, QuotaDriver quota, Programs programs) {
        this.config = config;
        this.quota = quota;
        this.programs = programs;
        this.archives = new LayerArchive(programs);
    }

    boolean anyOf(String contextId) {
        return Files.exists(config.context(contextId))
                || Files.exists(config.snapshots(contextId))
                || Files.exists(config.staging(contextId))
                || Files.exists(config.rescue(contextId));
    }

    /** Digest of the image that the context's rescue system was made from; empty where there is none. */
    Optional<String> rescueImage(String contextId) {
        Path place = config.rescue(contextId);
        Path image = place.resolve(IMAGE_FILE);
        if (!Files.isDirectory(place)) {
            return Optional.empty();
        }
        return Optional.of(Files.exists(image) ? Directories.read(image).strip() : "none");
    }

    /** An empty layer for a rescue system, once; it gets its name when it is complete. */
    void makeRescue(ContextLayout layout, String digest) {
        String id = layout.contextId();
        if (rescueImage(id).filter(digest::equals).isPresent()) {
            return;
        }
        removeRescue(id);
        Path next = config.staging(id);
        quota.remove(next);
        quota.make(next, FIRST_RESCUE + firstProject(layout));
        Overlay.makeLayer(next, layout.baseId());
        Directories.write(next.resolve(IMAGE_FILE), digest + "\n", "rw-------");
        Optional<Long> inodes = quota.limitsInodes() ? Optional.of(RESCUE_INODES) : Optional.empty();
        quota.setLimit(next, new DiskLimit(RESCUE_BYTES, inodes));
        rename(next, config.rescue(id));
    }

    /** Half of one is none: it loses its name before anything in it. */
    void removeRescue(String contextId) {
        if (Files.isDirectory(config.rescue(contextId))) {
            requireUnmounted(contextId);
            Path last = config.staging(contextId);
            quota.remove(last);
            rename(config.rescue(contextId), last);
            quota.remove(last);
        }
    }

    Optional<StoredLayer> stored(String contextId) {
        Path layer = config.context(contextId);
        if (!Files.isDirectory(layer)) {
            return Optional.empty();
        }
        List<String> complete = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String name : Directories.names(config.snapshots(contextId))) {
            if (Names.isContextId(name)) {
                complete.add(name);
            } else if (name.endsWith(FAILED)) {
                failed.add(name.substring(0, name.length() - FAILED.length()));
            }
        }
        return Optional.of(new StoredLayer(number(layer), complete, failed));
    }

    /** Layers from before there were numbers have none. */
    private static long number(Path layer) {
        Path file = layer.resolve(NUMBER_FILE);
        return Files.exists(file) ? Long.parseLong(Directories.read(file).strip()) : 0;
    }

    List<Snapshot> snapshots(String contextId) {
        List<Snapshot> found = new ArrayList<>();
        stored(contextId).ifPresent(layer -> {
            layer.snapshots()
                    .forEach(id -> found.add(
                            new Snapshot(id, quota.used(snapshot(contextId, id)).bytes(), Optional.empty())));
            layer.failed()
                    .forEach(id ->
                            found.add(new Snapshot(id, 0, Optional.of(Directories.read(failure(contextId, id))))));
        });
        return found;
    }

    DiskLimit limit(ContextLayout layout) {
        Limits limits = layout.spec().limits();
        return new DiskLimit(limits.diskBytes(), quota.limitsInodes() ? limits.diskInodes() : Optional.empty());
    }

    /** btrfs counts what has been written at its next commit, up to half a minute later: too late for who wants to shrink. */
    DiskUse usedNow(Path layer, DiskLimit wanted, DiskLimit current) {
        if (wanted.shrinks(current)) {
            Syscalls.syncFilesystem(layer);
        }
        return quota.used(layer);
    }

    /** The context's layer, new or as it is; what an interrupted replacement or copy left is removed. */
    void ensure(ContextLayout layout) {
        Path layer = config.context(layout.contextId());
        boolean fresh = !Files.isDirectory(layer);
        quota.make(layer, firstProject(layout));
        if (fresh) {
            note(layer, layout.spec().storage().map(StorageSpec::layer).orElse(0L));
        }
        quota.remove(config.staging(layout.contextId()));
        // Whoever wanted it may not want it any more: then nobody would take it up again.
        Path snapshots = config.snapshots(layout.contextId());
        Directories.names(snapshots).stream()
                .filter(name -> name.endsWith(UNFINISHED))
                .map(snapshots::resolve)
                .forEach(quota::remove);
    }

    void take(ContextLayout layout, String snapshotId) {
        String id = layout.contextId();
        Path place = snapshot(id, snapshotId);
        if (Files.isDirectory(place) || Files.exists(failure(id, snapshotId))) {
            return;
        }
        requireUnmounted(id);
        Directories.make(config.snapshots(id), "rwx------");
        Path unfinished = place.resolveSibling(snapshotId + UNFINISHED);
        quota.remove(unfinished);
        try {
            quota.make(unfinished, freeSnapshotProject(layout));
            copy(config.context(id), unfinished);
            Syscalls.syncFilesystem(unfinished);
            rename(unfinished, place);
        } catch (ExplainedException e) {
            LOG.warnf("snapshot of %s: %s", id, e.explanation().detail());
            quota.remove(unfinished);
            Directories.write(failure(id, snapshotId), String.valueOf(e.getMessage()), "rw-------");
        }
    }

    void remove(String contextId, String snapshotId) {
        Path place = snapshot(contextId, snapshotId);
        if (Files.isDirectory(place)) {
            // Half of one must not look like a snapshot.
            Path unfinished = place.resolveSibling(snapshotId + UNFINISHED);
            quota.remove(unfinished);
            rename(place, unfinished);
            quota.remove(unfinished);
        }
        try {
            Files.deleteIfExists(failure(contextId, snapshotId));
        } catch (IOException e) {
            throw new HostException("cannot remove what is noted of snapshot " + snapshotId, e);
        }
    }

    void replace(ContextLayout layout) {
        String id = layout.contextId();
        StorageSpec wanted = layout.spec().storage().orElse(StorageSpec.NONE);
        Path layer = config.context(id);
        Path next = config.staging(id);
        requireUnmounted(id);
        if (!Files.isDirectory(layer)) {
            throw new HostException("there is no layer of %s to be replaced".formatted(id));
        }
        quota.remove(next);
        if (number(layer) >= wanted.layer()) {
            return;
        }
        quota.make(next, otherProject(layout, layer));
        wanted.layerFrom().ifPresent(snapshot -> copy(existing(id, snapshot), next));
        Overlay.makeLayer(next, layout.baseId());
        note(next, wanted.layer());
        Syscalls.syncFilesystem(next);
        quota.setLimit(next, holding(limit(layout), quota.used(next)));
        Syscalls.exchange(next, layer);
        Syscalls.syncFilesystem(layer);
        quota.remove(next);
    }

    /** The plan may have become smaller since: then it is as it is after a shrink that did not fit. */
    private static DiskLimit holding(DiskLimit wanted, DiskUse used) {
        return new DiskLimit(
                Math.max(wanted.bytes(), used.bytes()), wanted.inodes().map(inodes -> Math.max(inodes, used.inodes())));
    }

    /** @param archive where the layer of a context that neither runs nor is mounted is written to */
    Map<String, String> export(ContextLayout layout, Path archive) {
        String id = layout.contextId();
        requireUnmounted(id);
        if (!Files.isDirectory(config.context(id))) {
            throw new HostException("there is no layer of %s to be written down".formatted(id));
        }
        archives.write(config.context(id).resolve("upper"), place(layout), archive);
        return FileWriter.readNotes(config.context(id).resolve(FileWriter.NOTES));
    }

    /** Only a whole layer that is what its digest says gets its name; one that is there stays. */
    void receive(ContextLayout layout, Path archive, String digest, Map<String, String> written) {
        String id = layout.contextId();
        Path layer = config.context(id);
        if (Files.isDirectory(layer)) {
            return;
        }
        Images.verify(digest, archive);
        ArchiveCheck.check(archive);
        Path next = config.staging(id);
        quota.remove(next);
        try {
            quota.make(next, firstProject(layout));
            Overlay.makeLayer(next, layout.baseId());
            archives.read(archive, next.resolve("upper"), place(layout));
            FileWriter.writeNotes(next.resolve(FileWriter.NOTES), written);
            note(next, layout.spec().storage().map(StorageSpec::layer).orElse(0L));
            Syscalls.syncFilesystem(next);
            quota.setLimit(next, holding(limit(layout), quota.used(next)));
            rename(next, layer);
        } finally {
            quota.remove(next);
        }
    }

    private LayerArchive.Place place(ContextLayout layout) {
        return new LayerArchive.Place(config.run(layout.contextId()), layout.baseId());
    }

    void removeAll(String contextId) {
        Path snapshots = config.snapshots(contextId);
        Directories.names(snapshots).stream().map(snapshots::resolve).forEach(quota::remove);
        Directories.remove(snapshots);
        quota.remove(config.rescue(contextId));
        quota.remove(config.staging(contextId));
        quota.remove(config.context(contextId));
    }

    /** By a program: neither side can be reached by anyone but the host's root while it runs. Links are copied, not followed. */
    private void copy(Path from, Path to) {
        String reflink = quota.chargesShared() ? "auto" : "never";
        Programs.Result result = programs.run(new Programs.Command(
                List.of(
                        "cp",
                        "--recursive",
                        "--no-dereference",
                        "--preserve=mode,ownership,timestamps,links,xattr",
                        "--sparse=auto",
                        "--reflink=" + reflink,
                        "--one-file-system",
                        "--no-target-directory",
                        from.toString(),
                        to.toString()),
                "",
                COPY_WITHIN,
                64 << 10));
        if (!result.succeeded()) {
            throw new ExplainedException("copy", reason(result.errors()), result.errors());
        }
    }

    /** Only words of this program's own: what cp says names places of the host, and files as a hostile context called them. */
    private static String reason(String errors) {
        return KNOWN.stream()
                .filter(errors::contains)
                .findFirst()
                .map("The disk cannot be copied: %s."::formatted)
                .orElse("The disk cannot be copied.");
    }

    private void requireUnmounted(String contextId) {
        if (Mounts.isMounted(config.rootfs(contextId))) {
            throw new HostException("the root file system of %s is mounted".formatted(contextId));
        }
    }

    private static void note(Path layer, long number) {
        Directories.write(layer.resolve(NUMBER_FILE), number + "\n", "rw-------");
    }

    private static long firstProject(ContextLayout layout) {
        return layout.baseId() / ContextLayout.ID_RANGE;
    }

    private long otherProject(ContextLayout layout, Path layer) {
        long first = firstProject(layout);
        return quota.project(layer).filter(used -> used == first).isPresent() ? first + SECOND_LAYER : first;
    }

    private long freeSnapshotProject(ContextLayout layout) {
        Path snapshots = config.snapshots(layout.contextId());
        Set<Long> taken = new HashSet<>();
        Directories.names(snapshots)
                .forEach(name -> quota.project(snapshots.resolve(name)).ifPresent(taken::add));
        long first = FIRST_SNAPSHOT + firstProject(layout) * SNAPSHOT_NUMBERS;
        for (long project = first; project < first + SNAPSHOT_NUMBERS; project++) {
            if (!taken.contains(project)) {
                return project;
            }
        }
        throw new HostException("%s has too many snapshots".formatted(layout.contextId()));
    }

    private Path existing(String contextId, String snapshotId) {
        Path place = snapshot(contextId, snapshotId);
        if (!Files.isDirectory(place)) {
            throw new HostException("snapshot %s is not here".formatted(snapshotId));
        }
        return place;
    }

    private Path snapshot(String contextId, String snapshotId) {
        return config.snapshots(contextId).resolve(snapshotId);
    }

    private Path failure(String contextId, String snapshotId) {
        return config.snapshots(contextId).resolve(snapshotId + FAILED);
    }

    private static void rename(Path from, Path to) {
        try {
            DurableFile.rename(from, to);
        } catch (IOException e) {
            throw new HostException("cannot rename %s".formatted(from), e);
        }
    }
}
