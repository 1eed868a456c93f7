package dev.berth.node.image;

import dev.berth.contract.ImageInfo;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.store.ImageNoteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Images on this host: each is fetched once, however many contexts wait for it. */
public final class ImageStore {
    private static final Logger LOG = Logger.getLogger(ImageStore.class);

    private final Host host;
    private final ImageSource source;
    private final ImageTrust trust;
    private final ImageNoteStore notes;
    private final Path directory;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** @param directory for downloads; what is left in it from before is removed */
    public ImageStore(Host host, ImageSource source, ImageTrust trust, ImageNoteStore notes, Path directory) {
        this.host = host;
        this.source = source;
        this.trust = trust;
        this.notes = notes;
        this.directory = directory;
        clear();
    }

    public boolean present(String digest) {
        return host.images().contains(digest);
    }

    /** @throws HostException when it cannot be fetched or is not what its digest says */
    public void ensure(String digest) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(digest, key -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (!present(digest)) {
                fetch(digest);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes an image unless it is needed; whoever wants it meanwhile waits, and fetches it again. */
    void remove(String digest, BooleanSupplier needed) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(digest, key -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (!needed.getAsBoolean()) {
                host.ensureNoImage(digest);
                notes.removed(digest);
                LOG.infof("image %s: removed, nothing needs it", digest);
            }
        } finally {
            lock.unlock();
        }
    }

    Set<String> digests() {
        return host.images();
    }

    private void fetch(String digest) throws InterruptedException {
        Path archive = directory.resolve(digest.replace(':', '-') + ".tar.gz");
        try {
            Files.deleteIfExists(archive);
            source.download(digest, image -> accept(digest, image), archive);
            host.ensureImage(digest, archive);
        } catch (IOException e) {
            throw new HostException("image %s cannot be fetched: %s".formatted(digest, e.getMessage()), e);
        } finally {
            delete(archive);
        }
    }

    private void accept(String digest, ImageInfo image) {
        trust.check(digest, image);
        notes.fetched(image);
    }

    private void clear() {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> left = Files.list(directory)) {
                left.forEach(ImageStore::delete);
            }
        } catch (IOException e) {
            throw new HostException("cannot use " + directory, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf("cannot remove %s: %s", file, e.getMessage());
        }
    }
}
