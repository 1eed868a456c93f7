package dev.berth.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.audit.AuditService;
import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageSignature;
import dev.berth.fleet.ImageService.Label;
import dev.berth.fleet.ImageService.Registered;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.testing.Given;
import dev.berth.testing.ImageSigner;
import dev.berth.testing.MariaDb;
import dev.berth.testing.TestNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures of images, from who registers one to the node that asks. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ImageSignatureTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @TempDir
    Path directory;

    @Inject
    Database database;

    @Inject
    Transactions transactions;

    @Inject
    AuditService audit;

    @Inject
    NodeService nodes;

    @Inject
    InstantSource clock;

    @Inject
    AgentServer server;

    private final ImageSigner signer = new ImageSigner();
    private byte[] archive = new byte[0];

    @BeforeEach
    void fresh() {
        archive = ("\u001f\u008b" + UUID.randomUUID()).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatATrustedKeySignedIsRegisteredAndHandedToNodes() throws Exception {
        ImageSignature signature = signer.sign(info(archive, "amd64"));

        Registered registered = trusting(signer).register(ADA, label(Optional.of(signature)), body(archive));

        assertEquals(Optional.of(signature), registered.image().signature());
        TestNode node = TestNode.enrol(server.port(), "signed-a", Given.joinToken("signed-a"));
        String answer = node.send("images/" + registered.image().digest(), HttpRequest.Builder::GET)
                .body();
        ImageInfo told = TestNode.JSON.readValue(answer, ImageInfo.class);
        assertEquals(info(archive, "amd64").signedText(), told.signedText());
        assertEquals(Optional.of(signature), told.signature());
    }

    @Test
    void nothingElseIsRegisteredWhereKeysAreNamed() throws IOException {
        ImageService images = trusting(signer);
        ImageSignature stranger = new ImageSigner().sign(info(archive, "amd64"));
        ImageSignature ofOther = signer.sign(info(new byte[] {1}, "amd64"));

        assertTrue(refusal(images, Optional.empty()).endsWith("is not signed."));
        assertTrue(refusal(images, Optional.of(stranger)).endsWith("which is not trusted."));
        assertTrue(refusal(images, Optional.of(ofOther)).contains("is not what key"));

        assertFalse(images.byDigest(digest(archive)).isPresent());
        assertEquals(
                0,
                database.list(
                                "SELECT id FROM image WHERE name = 'signed-1' AND digest LIKE 'sha256:upload-%'",
                                row -> row.uuid("id"))
                        .size());
    }

    @Test
    void whatWasRegisteredBeforeTakesASignatureLater() throws IOException {
        Registered before = images(Optional.empty()).register(ADA, label(Optional.empty()), body(archive));
        assertEquals(Optional.empty(), before.image().signature());
        ImageService trusting = trusting(signer);
        ImageSignature stranger = new ImageSigner().sign(info(archive, "amd64"));
        assertTrue(refusal(trusting, Optional.of(stranger)).endsWith("which is not trusted."));
        assertEquals(
                Optional.empty(),
                trusting.byDigest(digest(archive)).orElseThrow().signature());

        ImageSignature signature = signer.sign(info(archive, "amd64"));
        Registered after = trusting.register(ADA, label(Optional.of(signature)), body(archive));

        assertFalse(after.created());
        assertEquals(before.image().id(), after.image().id());
        assertEquals(Optional.of(signature), after.image().signature());
        assertEquals(Optional.of("amd64"), after.image().architecture());
    }

    @Test
    void aHeaderThatIsNoSignatureIsAFaultOfTheInput() {
        Problem refused = assertThrows(
                Problem.class,
                () -> images(Optional.empty())
                        .register(ADA, new Label("signed-1", "debian", "12", "amd64 what", null), body(archive)));

        assertEquals(422, refused.status());
        assertEquals("signature", refused.faults().getFirst().field());
    }

    private String refusal(ImageService images, Optional<ImageSignature> signature) {
        Problem refused = assertThrows(Problem.class, () -> images.register(ADA, label(signature), body(archive)));
        assertEquals(422, refused.status());
        assertEquals("image-not-trusted", refused.code());
        return refused.detail();
    }

    private static Label label(Optional<ImageSignature> signature) {
        return new Label(
                "signed-1",
                "debian",
                "12",
                signature
                        .map(s -> "amd64 %s %s".formatted(s.keyId(), s.value()))
                        .orElse(""),
                null);
    }

    private ImageService trusting(ImageSigner trusted) throws IOException {
        return images(Optional.of(
                Files.writeString(directory.resolve("keys"), trusted.line()).toString()));
    }

    private ImageService images(Optional<String> keys) {
        return new ImageService(database, transactions, audit, nodes, new ImageTrust(keys), clock);
    }

    private static ByteArrayInputStream body(byte[] archive) {
        return new ByteArrayInputStream(archive);
    }

    private static ImageInfo info(byte[] archive, String architecture) {
        return new ImageInfo(
                digest(archive),
                "signed-1",
                "debian",
                "12",
                archive.length,
                Optional.of(architecture),
                Optional.empty());
    }

    private static String digest(byte[] archive) {
        return "sha256:" + HexFormat.of().formatHex(Hashes.sha256().digest(archive));
    }
}
