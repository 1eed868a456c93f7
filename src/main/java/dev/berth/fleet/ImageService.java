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
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps images in pieces in the database, so that every replica of the portal can serve them. */
@ApplicationScoped
public class ImageService {
    static final int CHUNK_BYTES = 1024 * 1024;
    private static final long MAX_BYTES = 4L * 1024 * 1024 * 1024;
    private static final int FIRST_YEAR = 1990;
    private static final int LAST_YEAR = 2999;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

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
     * @param endOfLife the last day with security updates, such as 2028-06-30; what is known of the release where it is missing
     */
    public record Label(
            @Nullable String name,
            @Nullable String distribution,
            @Nullable String release,
            @Nullable String signature,
            @Nullable String endOfLife) {}

    /**
     * Until when an image's system is mended; replaces what was there.
     *
     * @param endOfLife the last day (UTC) with security updates, such as 2028-06-30; no such day where it is missing
     * @param soldAfterEndOfLife whether it can be ordered after that day; false where it is missing
     */
    public record Support(
            @Nullable String endOfLife, @Nullable Boolean soldAfterEndOfLife) {}

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

    /** What can be ordered; of one name only the newest. */
    public List<Image> available() {
        LocalDate today = today();
        return current().stream()
                .filter(image -> image.soldOn(today))
                .sorted(Comparator.comparing(Image::name))
                .toList();
    }

    /** Digests that every node should hold before an order needs them: those of what can be ordered, newest first. */
    List<String> announced() {
        LocalDate today = today();
        return current().stream()
                .filter(image -> image.soldOn(today))
                .map(Image::digest)
                .limit(Desired.Settings.MAX_IMAGES)
                .toList();
    }

    /** Newest first, whatever their age; one whose system has come to its end hides older ones of its name. */
    private List<Image> current() {
        return database.list(
                "SELECT " + Image.COLUMNS
                        + " FROM image i WHERE retired_at IS NULL AND NOT EXISTS (SELECT 1 FROM image j"
                        + " WHERE j.name = i.name AND j.retired_at IS NULL AND j.id > i.id) ORDER BY id DESC LIMIT 1000",
                Image::of);
    }

    /** The one that an order means, whether it can be ordered now or has come to its end. */
    public Optional<Image> named(String idOrName) {
        return current().stream()
                .filter(image ->
                        image.name().equals(idOrName) || image.id().toString().equals(idOrName))
                .findFirst();
    }

    /** Why an image cannot be had any more, to follow the name of the field that names it; empty where it can. */
    public Optional<String> refusal(Image image) {
        return image.endOfLife()
                .filter(_ -> !image.soldOn(today()))
                .map(day -> "names %s, which has had no security updates since %s and cannot be chosen any more"
                        .formatted(image.name(), DAY.format(day)));
    }

    /** @throws Problem 422 when it has come to its end */
    public void requireSold(Image image) {
        refusal(image).ifPresent(why -> {
            throw Problem.invalid("imageId", why);
        });
    }

    /** The day by which images come to their end: UTC's. */
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
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
        Optional<LocalDate> endOfLife = day(label.endOfLife(), faults);
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
                seal.signature(),
                endOfLife.or(() -> SupportDates.of(distribution, release)),
                false);
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
                        + " architecture, key_id, signature, end_of_life) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
                image.id(),
                "sha256:upload-" + image.id(),
                image.name(),
                image.distribution(),
                image.release(),
                image.createdAt(),
                image.createdAt(),
                image.architecture().orElse(null),
                image.signature().map(ImageSignature::keyId).orElse(null),
                image.signature().map(ImageSignature::value).orElse(null),
                image.endOfLife());
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

    private static Optional<LocalDate> day(@Nullable String text, InputFaults faults) {
        String day = text == null ? "" : text.trim();
        if (day.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<LocalDate> parsed = Optional.of(LocalDate.parse(day))
                    .filter(date -> date.getYear() >= FIRST_YEAR && date.getYear() <= LAST_YEAR);
            faults.check(
                    parsed.isPresent(), "endOfLife", "must be in the years %d to %d".formatted(FIRST_YEAR, LAST_YEAR));
            return parsed;
        } catch (DateTimeParseException _) {
            faults.add("endOfLife", "must be a date such as 2028-06-30");
            return Optional.empty();
        }
    }

    /** Staff: says until when an image's system is mended. VPS that are made of it run on whatever is said. */
    public Image change(Caller caller, UUID id, Support wanted) {
        NodeService.requireAdmin(caller);
        InputFaults faults = new InputFaults();
        Optional<LocalDate> endOfLife = day(wanted.endOfLife(), faults);
        faults.throwIfAny();
        boolean sold = Boolean.TRUE.equals(wanted.soldAfterEndOfLife());
        return transactions.run(() -> {
            Image image = get(id);
            if (image.endOfLife().equals(endOfLife) && image.soldAfterEndOfLife() == sold) {
                return image;
            }
            database.update(
                    "UPDATE image SET end_of_life = ?, sold_after_end_of_life = ? WHERE id = ?", endOfLife, sold, id);
            // what is sold is what nodes hold ready
            nodes.wakeAll();
            String until = endOfLife.map(day -> "end of life " + day).orElse("no end of life");
            audit.record(
                    caller,
                    Deed.of("image.change", "image", id)
                            .with("%s: %s, %s after it".formatted(image.name(), until, sold ? "sold" : "not sold")));
            return get(id);
        });
    }

    /** @throws Problem 404 when there is none */
    public Image get(UUID id) {
        return byId(id).orElseThrow(() -> Problem.notFound("image"));
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
