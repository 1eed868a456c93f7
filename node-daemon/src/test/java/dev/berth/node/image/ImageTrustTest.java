package dev.berth.node.image;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ImageInfo;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.HostException;
import dev.berth.node.testing.TestSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTrustTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final ImageInfo PLAIN = new ImageInfo(DIGEST, "debian-12", "debian", "12", 81_234_567);

    @TempDir
    Path directory;

    private final TestSigner signer = new TestSigner();

    @Test
    void withoutAFileOnlyTheDigestHasToBeRight() {
        ImageTrust trust = ImageTrust.of(Optional.empty());

        assertDoesNotThrow(() -> trust.check(DIGEST, PLAIN));
        assertEquals(
                "the portal speaks of %s where it was asked for sha256:%s".formatted(DIGEST, "b".repeat(64)),
                refusal(trust, "sha256:" + "b".repeat(64), PLAIN));
    }

    @Test
    void whatIsMadeForOtherProcessorsIsRefusedBeforeItIsFetched() {
        ImageTrust trust = ImageTrust.of(Optional.empty());
        String other = Architecture.own().equals("riscv64") ? "amd64" : "riscv64";
        assertEquals(
                "image debian-12 is made for %s, and this host is %s".formatted(other, Architecture.own()),
                refusal(trust, DIGEST, madeFor(other)));
        assertDoesNotThrow(() -> trust.check(DIGEST, madeFor(Architecture.own())));
        assertEquals("amd64", Architecture.named("x86_64"));
        assertEquals("arm64", Architecture.named("aarch64"));
    }

    private static ImageInfo madeFor(String architecture) {
        return new ImageInfo(
                DIGEST, "debian-12", "debian", "12", 81_234_567, Optional.of(architecture), Optional.empty());
    }

    @Test
    void takesWhatATrustedKeySignedAndNothingElse() throws IOException {
        ImageTrust trust = trusting(signer.line());
        TestSigner stranger = new TestSigner();

        assertDoesNotThrow(() -> trust.check(DIGEST, signer.sign(PLAIN)));
        assertEquals("image debian-12 (%s) is not signed".formatted(DIGEST), refusal(trust, DIGEST, PLAIN));
        assertTrue(refusal(trust, DIGEST, stranger.sign(PLAIN)).endsWith("which is not trusted"));
        ImageInfo other = new ImageInfo(DIGEST, "debian-12", "debian", "12", 81_234_568);
        ImageInfo forged = new ImageInfo(
                DIGEST,
                "debian-12",
                "debian",
                "12",
                PLAIN.sizeBytes(),
                Optional.of(Architecture.own()),
                signer.sign(other).signature());
        assertTrue(refusal(trust, DIGEST, forged).contains("is not what key"));
    }

    @Test
    void aKeyThatIsAddedOrWithdrawnCountsAtOnce() throws IOException {
        TestSigner next = new TestSigner();
        ImageTrust trust = trusting(signer.line());
        assertThrows(ExplainedException.class, () -> trust.check(DIGEST, next.sign(PLAIN)));

        trusting(next.line());

        assertDoesNotThrow(() -> trust.check(DIGEST, next.sign(PLAIN)));
        assertThrows(ExplainedException.class, () -> trust.check(DIGEST, signer.sign(PLAIN)));
    }

    @Test
    void aFileWithoutKeysIsNoLeaveToTakeEverything() throws IOException {
        Optional<Path> missing = Optional.of(directory.resolve("missing"));
        ImageTrust none = new ImageTrust(missing);
        assertThrows(HostException.class, () -> ImageTrust.of(missing));
        assertThrows(HostException.class, () -> none.check(DIGEST, signer.sign(PLAIN)));

        ImageTrust empty = trusting("# withdrawn\n");
        assertThrows(HostException.class, () -> ImageTrust.of(Optional.of(directory.resolve("keys"))));
        assertThrows(HostException.class, () -> empty.check(DIGEST, signer.sign(PLAIN)));
    }

    private ImageTrust trusting(String lines) throws IOException {
        return new ImageTrust(Optional.of(Files.writeString(directory.resolve("keys"), lines)));
    }

    private static String refusal(ImageTrust trust, String digest, ImageInfo image) {
        ExplainedException refused = assertThrows(ExplainedException.class, () -> trust.check(digest, image));
        assertEquals("image-refused", refused.explanation().code());
        return String.valueOf(refused.getMessage());
    }
}
