package dev.berth.fleet;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.contract.Desired;
import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageSignature;
import dev.berth.contract.Patterns;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps images in pieces in the database, so that every replica of the portal can serve them. */
@ApplicationScoped
public class ImageService {
    static final int CHUNK_BYTES = 1024 * 1024;
    private static final long MAX_BYTES = 4L * 1024 * 1024 * 1024;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};

    private final Database database;
    private final Transactions transactions;
    private final AuditService audit;
    private final NodeService nodes;
    private final ImageTrust trust;
    private final InstantSource clock;

    ImageService(
            Database database,
            Transactions transactions,
            AuditService audit,
            NodeService nodes,
            ImageTrust trust,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.audit = audit;
        this.nodes = nodes;
        this.trust = trust;
        this.clock = clock;
    }

    /**
     * What is said of an archive.
     *
     * @param signature architecture, key id and signature, with blanks between them
     */
    public record Label(
            @Nullable String name,
            @Nullable String distribution,
            @Nullable String release,
            @Nullable String signature) {}

    /** A label's signature, read. */
    private record Seal(Optional<String> architecture, Optional<ImageSignature> signature) {
        static Seal of(String text, InputFaults faults) {
            String[] words = text.split(" +", -1);
            if (words.length == 3
                    && Patterns.ARCHITECTURE.matcher(words[0]).matches()
                    && Patterns.KEY_ID.matcher(words[1]).matches()
                    && Patterns.ED25519.matcher(words[2]).matches()) {
                return new Seal(Optional.of(words[0]), Optional.of(new ImageSignature(words[1], words[2])));
            }
            faults.check(text.isEmpty(), "signature", "must be an architecture, a key's id and a signature");
            return new Seal(Optional.empty(), Optional.empty());
        }
    }

    /** What can be ordered, newest first; of one name only the newest. */
    public List<Image> available() {
        return database.list(
                "SELECT " + Image.COLUMNS
                        + " FROM image i WHERE retired_at IS NULL AND NOT EXISTS (SELECT 1 FROM image j"
                        + " WHERE j.name = i.name AND j.retired_at IS NULL AND j.id > i.id) ORDER BY name LIMIT 200",
                Image::of);
    }

    /** Digests that every node should hold before an order needs them: those of what can be ordered, newest first. */
    List<String> announced() {
        return database.list(
                "SELECT digest FROM image i WHERE retired_at IS NULL AND NOT EXISTS (SELECT 1 FROM image j"
                        + " WHERE j.name = i.name AND j.retired_at IS NULL AND j.id > i.id) ORDER BY id DESC LIMIT "
                        + Desired.Settings.MAX_IMAGES,
                row -> row.text("digest"));
    }

    /** All there are, retired ones included. */
    public List<Image> all() {
        return database.list(
                "SELECT " + Image.COLUMNS + " FROM image WHERE digest NOT LIKE 'sha256:upload-%' ORDER BY id DESC"
                        + " LIMIT 1000",
                Image::of);
    }

    public Optional<Image> byId(UUID id) {
        return database.one("SELECT " + Image.COLUMNS + " FROM image WHERE id = ?", Image::of, id);
    }

    public Optional<Image> byDigest(String digest) {
        return database.one("SELECT " + Image.COLUMNS + " FROM image WHERE digest = ?", Image::of, digest);
    }

    /** Whether it is new, and the image that holds these bytes now. */
    public record Registered(boolean created, Image image) {}

    /** Staff: takes an archive; the same bytes again are the image they were before. */
    public Registered register(Caller caller, Label label, InputStream archive) {
        NodeService.requireAdmin(caller);
        InputFaults faults = new InputFaults();
        String name = faults.text("name", label.name(), 63);
        faults.check(
                Patterns.NODE_NAME.matcher(name).matches(), "name", "must be a lower-case label such as debian-12");
        String distribution = faults.text("distribution", label.distribution(), 64);
        String release = faults.text("release", label.release(), 64);
        Seal seal = Seal.of(faults.optionalText("signature", label.signature(), 256), faults);
        faults.throwIfAny();
        if (seal.signature().isEmpty() && trust.asksForSignatures()) {
            throw ImageTrust.refused("The image " + name + " is not signed.");
        }
        Image draft = new Image(
                Ids.next(clock),
                "",
                name,
                distribution,
                release,
                0,
                clock.instant(),
                Optional.empty(),
                seal.architecture(),
                seal.signature());
        return store(caller, draft, archive);
    }

    private Registered store(Caller caller, Image draft, InputStream archive) {
        UUID id = draft.id();
        // a row under a name of its own until the digest is known, so that pieces have something to belong to
        insert(draft);
        try {
            Received received = receive(id, archive);
            return transactions.run(() -> finish(caller, draft, received));
        } catch (IOException e) {
            discard(id);
            throw unfinished(e);
        } catch (RuntimeException e) {
            discard(id);
            throw e;
        }
    }

    private static Problem unfinished(IOException cause) {
        Problem problem = Problem.of(400, "upload-unfinished", "The upload ended before the archive did.");
        problem.initCause(cause);
        return problem;
    }

    private record Received(String digest, long sizeBytes) {}

    private void insert(Image image) {
        database.update(
                "INSERT INTO image (id, digest, name, distribution, release_name, size_bytes, created_at, retired_at,"
                        + " architecture, key_id, signature) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
                image.id(),
                "sha256:upload-" + image.id(),
                image.name(),
                image.distribution(),
                image.release(),
                image.createdAt(),
                image.createdAt(),
                image.architecture().orElse(null),
                image.signature().map(ImageSignature::keyId).orElse(null),
                image.signature().map(ImageSignature::value).orElse(null));
    }

    private Received receive(UUID id, InputStream archive) throws IOException {
        MessageDigest sha256 = Hashes.sha256();
        long size = 0;
        byte[] piece = archive.readNBytes(CHUNK_BYTES);
        if (piece.length < GZIP.length || piece[0] != GZIP[0] || piece[1] != GZIP[1]) {
            throw Problem.invalid("archive", "is not gzip-compressed");
        }
        for (int n = 0; piece.length > 0; n++) {
            size += piece.length;
            if (size > MAX_BYTES) {
                throw Problem.of(413, "too-large", "An image may have at most 4 GiB.");
            }
            sha256.update(piece);
            database.update("INSERT INTO image_chunk (image_id, n, bytes) VALUES (?, ?, ?)", id, n, piece);
            piece = archive.readNBytes(CHUNK_BYTES);
        }
        return new Received("sha256:" + HexFormat.of().formatHex(sha256.digest()), size);
    }

    private Registered finish(Caller caller, Image draft, Received received) {
        UUID id = draft.id();
        Optional<Image> same = byDigest(received.digest());
        if (same.isPresent()) {
            discard(id);
            return new Registered(false, signedAnew(caller, same.get(), draft));
        }
        trust.check(new ImageInfo(
                received.digest(),
                draft.name(),
                draft.distribution(),
                draft.release(),
                received.sizeBytes(),
                draft.architecture(),
                draft.signature()));
        database.update(
                "UPDATE image SET digest = ?, size_bytes = ?, retired_at = NULL WHERE id = ?",
                received.digest(),
                received.sizeBytes(),
                id);
        // nodes are locked before the audit trail, as everywhere
        nodes.wakeAll();
        audit.record(caller, Deed.of("image.register", "image", id).with(received.digest()));
        return new Registered(true, byId(id).orElseThrow());
    }

    /** An image that is here already takes a signature that is new, as when it was registered before there were any. */
    private Image signedAnew(Caller caller, Image image, Image draft) {
        if (draft.signature().isEmpty()
                || draft.signature().equals(image.signature())
                || !draft.name().equals(image.name())) {
            return image;
        }
        database.update(
                "UPDATE image SET architecture = ?, key_id = ?, signature = ? WHERE id = ?",
                draft.architecture().orElse(null),
                draft.signature().map(ImageSignature::keyId).orElse(null),
                draft.signature().map(ImageSignature::value).orElse(null),
                image.id());
        Image signed = byId(image.id()).orElseThrow();
        trust.check(signed.info());
        nodes.wakeAll();
        audit.record(caller, Deed.of("image.sign", "image", image.id()).with(image.digest()));
        return signed;
    }

    private void discard(UUID id) {
        database.update("DELETE FROM image_chunk WHERE image_id = ?", id);
        database.update("DELETE FROM image WHERE id = ? AND digest LIKE 'sha256:upload-%'", id);
    }

    /** Removes uploads that a portal which was killed left behind. */
    void forgetUnfinished() {
        database.list(
                        "SELECT id FROM image WHERE digest LIKE 'sha256:upload-%' AND created_at < ? LIMIT 100",
                        row -> row.uuid("id"), clock.instant().minus(Duration.ofDays(1)))
                .forEach(this::discard);
    }

    /** Hands out the archive's bytes in order, piece by piece. */
    void read(Image image, Consumer<byte[]> to) {
        long sent = 0;
        for (int n = 0; sent < image.sizeBytes(); n++) {
            byte[] piece = database.one(
                            "SELECT bytes FROM image_chunk WHERE image_id = ? AND n = ?",
                            row -> row.bytes("bytes"),
                            image.id(),
                            n)
                    .orElseThrow(() -> new IllegalStateException("image " + image.digest() + " has a hole"));
            to.accept(piece);
            sent += piece.length;
        }
    }
}
