package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The key this instance signs images with (Ed25519), made on first use and readable by its owner only; and the file of public keys that
 * its portal and its node trust, which begins with that one.
 */
final class Signing {
    private static final String ALGORITHM = "Ed25519";
    private static final String SECRET = "image-signing-key";
    private static final int KEY_ID_CHARS = 16;

    private final Settings settings;
    private final Secrets secrets;

    Signing(Settings settings, Secrets secrets) {
        this.settings = settings;
        this.secrets = secrets;
    }

    /**
     * @param text what is signed, as the contract's {@code ImageInfo} words it
     * @param value base64
     */
    record Signed(String text, String architecture, String keyId, String value) {
        /** As the portal wants it beside the archive. */
        String header() {
            return architecture + " " + keyId + " " + value;
        }

        /** As a file that can be kept beside the archive. */
        String detached() {
            return text + "key " + keyId + "\nsignature " + value + "\n";
        }
    }

    Signed sign(Images.Image image) {
        String text = "berth-image-v1\ndigest %s\nname %s\narchitecture %s\nsize %d\n"
                .formatted(image.digest(), image.name(), image.architecture(), size(image.archive()));
        try {
            KeyHalves key = key();
            Signature ed25519 = Signature.getInstance(ALGORITHM);
            ed25519.initSign(KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key.secret()))));
            ed25519.update(text.getBytes(StandardCharsets.US_ASCII));
            return new Signed(
                    text,
                    image.architecture(),
                    id(key.open()),
                    Base64.getEncoder().encodeToString(ed25519.sign()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Failure(
                    Failure.START, "%s does not hold the key that images are signed with".formatted(SECRET), e);
        }
    }

    String keyId() {
        try {
            return id(key().open());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The file of trusted keys. One that is there is left as its owner made it. */
    synchronized Path trusted() {
        Path file = settings.ensureDirectory(settings.variable()).resolve("image-keys");
        try {
            if (!Files.exists(file)) {
                Files.writeString(
                        file,
                        "# Whose images the portal registers and the node unpacks: one public key (Ed25519) in a line\n"
                                + key().open() + " this instance\n");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Both in base64: PKCS #8 and {@code SubjectPublicKeyInfo}. */
    private record KeyHalves(String secret, String open) {
        @Override
        public String toString() {
            return "key with public half " + open;
        }
    }

    private synchronized KeyHalves key() {
        List<String> lines = secrets.find(SECRET).orElseGet(this::make).lines().toList();
        if (lines.size() != 2) {
            throw new Failure(Failure.START, SECRET + " should have two lines, a private and a public key");
        }
        return new KeyHalves(lines.getFirst(), lines.getLast());
    }

    private String make() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            Base64.Encoder base64 = Base64.getEncoder();
            String text = base64.encodeToString(pair.getPrivate().getEncoded()) + "\n"
                    + base64.encodeToString(pair.getPublic().getEncoded());
            secrets.write(SECRET, text);
            return text;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String id(String open) throws GeneralSecurityException {
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(open));
        return HexFormat.of().formatHex(hash).substring(0, KEY_ID_CHARS);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
