package dev.berth.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.testing.ImageSigner;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageKeysTest {
    private static final String DIGEST = "sha256:6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d";

    /** The key and the signature of {@code image-signed.json}, made once: what is signed today has to be good tomorrow. */
    private static final String GOLDEN_KEY = "MCowBQYDK2VwAyEAS+o2TKk6n3jIQ55kbqwXv311JjQgfdUcVodjs3ERXtc=";

    private static final ImageSignature GOLDEN = new ImageSignature(
            "7466b1d0841b2788",
            "2ucjVzMalBEfHrVkjMxFLzXrGrjHexzFnHHrI+5g5thRq4Jt5FsfQI3lA1GJBMT94VU/BaOz1HUbqatK5SRpCA==");

    private final ImageSigner signer = new ImageSigner();

    @Test
    void theGoldenSignatureIsGood() {
        assertEquals(Optional.empty(), ImageKeys.parse(GOLDEN_KEY).fault(golden(Optional.of(GOLDEN))));
    }

    @Test
    void everyPartThatIsSignedCounts() {
        List<ImageInfo> changed = List.of(
                image(DIGEST.replace("sha256:6", "sha256:7"), "debian-12", 81_234_567, "amd64"),
                image(DIGEST, "debian-13", 81_234_567, "amd64"),
                image(DIGEST, "debian-12", 81_234_568, "amd64"),
                image(DIGEST, "debian-12", 81_234_567, "arm64"));
        for (ImageInfo each : changed) {
            assertEquals(
                    Optional.of("image %s (%s) is not what key 7466b1d0841b2788 signed"
                            .formatted(each.name(), each.digest())),
                    ImageKeys.parse(GOLDEN_KEY).fault(each),
                    each::toString);
        }
    }

    @Test
    void everyByteOfTheSignatureCounts() {
        byte[] bytes = Base64.getDecoder().decode(GOLDEN.value());
        for (int i = 0; i < bytes.length; i++) {
            byte[] other = bytes.clone();
            other[i] ^= (byte) 0x80;
            ImageSignature changed =
                    new ImageSignature(GOLDEN.keyId(), Base64.getEncoder().encodeToString(other));
            assertTrue(
                    ImageKeys.parse(GOLDEN_KEY)
                            .fault(golden(Optional.of(changed)))
                            .isPresent(),
                    "byte " + i);
        }
    }

    @Test
    void aKeyThatIsNotTrustedAndNoSignatureAreTold() {
        ImageKeys trusted = ImageKeys.parse(signer.line());

        assertEquals(
                Optional.of("image debian-12 (%s) is signed by key 7466b1d0841b2788, which is not trusted"
                        .formatted(DIGEST)),
                trusted.fault(golden(Optional.of(GOLDEN))));
        assertEquals(
                Optional.of("image debian-12 (%s) is not signed".formatted(DIGEST)),
                trusted.fault(golden(Optional.empty())));
    }

    @Test
    void anotherKeyUnderATrustedNameIsFoundOut() {
        ImageSignature foreign = signer.sign(golden(Optional.empty()));

        assertTrue(ImageKeys.parse(GOLDEN_KEY)
                .fault(golden(Optional.of(new ImageSignature(GOLDEN.keyId(), foreign.value()))))
                .isPresent());
    }

    @Test
    void aFileHasOneKeyInALineWithRemarks() {
        ImageKeys keys = ImageKeys.parse("# who may sign\n\n" + GOLDEN_KEY + " the build server\n" + signer.line());

        assertEquals(Optional.empty(), keys.fault(golden(Optional.of(GOLDEN))));
        assertEquals(Optional.empty(), keys.fault(golden(Optional.of(signer.sign(golden(Optional.empty()))))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# none\n", "no key\n", GOLDEN_KEY + "\nAAAA\n"})
    void aFileThatHoldsLessThanItSaysIsRefused(String text) {
        assertThrows(InvalidMessageException.class, () -> ImageKeys.parse(text));
    }

    @Test
    void aKeyOfAnotherKindIsNamedByItsLine() throws GeneralSecurityException {
        String other = Base64.getEncoder()
                .encodeToString(KeyPairGenerator.getInstance("Ed448")
                        .generateKeyPair()
                        .getPublic()
                        .getEncoded());
        InvalidMessageException e =
                assertThrows(InvalidMessageException.class, () -> ImageKeys.parse(GOLDEN_KEY + "\n" + other));
        assertEquals(List.of("line 2 is no Ed25519 key"), e.faults());
    }

    @Test
    void aSignatureCoversAnArchitecture() {
        assertThrows(
                InvalidMessageException.class,
                () -> new ImageInfo(DIGEST, "debian-12", "debian", "12", 1, Optional.empty(), Optional.of(GOLDEN)));
        assertThrows(InvalidMessageException.class, () -> new ImageSignature("7466b1d0841b2788", "short"));
    }

    private static ImageInfo golden(Optional<ImageSignature> signature) {
        return new ImageInfo(DIGEST, "debian-12", "debian", "12", 81_234_567, Optional.of("amd64"), signature);
    }

    private static ImageInfo image(String digest, String name, long sizeBytes, String architecture) {
        return new ImageInfo(digest, name, "debian", "12", sizeBytes, Optional.of(architecture), Optional.of(GOLDEN));
    }
}
