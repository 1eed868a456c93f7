package dev.berth.contract;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Public keys whose signatures of images count. As text, one key stands in a line: base64 of its {@code SubjectPublicKeyInfo} (RFC 8410) and,
 * after a blank, whatever helps people. Empty lines and those that begin with {@code #} say nothing.
 */
public final class ImageKeys {
    private static final String ALGORITHM = "Ed25519";
    private static final int MAX_LINES = 1_000;
    private static final int KEY_ID_CHARS = 16;

    private final Map<String, PublicKey> byId;

    private ImageKeys(Map<String, PublicKey> byId) {
        this.byId = Map.copyOf(byId);
    }

    /** @throws InvalidMessageException naming every line that is no key, and where there is none at all */
    public static ImageKeys parse(String text) {
        Faults faults = new Faults("image keys");
        List<String> lines = text.lines().limit(MAX_LINES + 1L).toList();
        faults.check(lines.size() <= MAX_LINES, () -> "there are more than %d lines".formatted(MAX_LINES));
        Map<String, PublicKey> byId = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                int number = i + 1;
                Optional<PublicKey> key = key(line.split("\\s", 2)[0]);
                key.ifPresent(found -> byId.put(idOf(found), found));
                faults.check(key.isPresent(), () -> "line %d is no Ed25519 key".formatted(number));
            }
        }
        faults.throwIfAny();
        faults.check(!byId.isEmpty(), () -> "there is no key");
        faults.throwIfAny();
        return new ImageKeys(byId);
    }

    /** Names a key as signatures do. */
    public static String idOf(PublicKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(hash).substring(0, KEY_ID_CHARS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Why an image is not one that these keys vouch for, as a sentence; empty when it is. */
    public Optional<String> fault(ImageInfo image) {
        String which = "image %s (%s)".formatted(image.name(), image.digest());
        if (image.signature().isEmpty()) {
            return Optional.of("%s is not signed".formatted(which));
        }
        ImageSignature signature = image.signature().get();
        PublicKey key = byId.get(signature.keyId());
        if (key == null) {
            return Optional.of("%s is signed by key %s, which is not trusted".formatted(which, signature.keyId()));
        }
        return verifies(key, image, signature)
                ? Optional.empty()
                : Optional.of("%s is not what key %s signed".formatted(which, signature.keyId()));
    }

    private static boolean verifies(PublicKey key, ImageInfo image, ImageSignature signature) {
        try {
            Signature ed25519 = Signature.getInstance(ALGORITHM);
            ed25519.initVerify(key);
            ed25519.update(image.signedText().getBytes(StandardCharsets.US_ASCII));
            return ed25519.verify(Base64.getDecoder().decode(signature.value()));
        } catch (InvalidKeyException | SignatureException e) {
            // Of the right length, but no point of the curve, or no number of its order.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<PublicKey> key(String base64) {
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            return Optional.of(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
        } catch (IllegalArgumentException | InvalidKeySpecException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
