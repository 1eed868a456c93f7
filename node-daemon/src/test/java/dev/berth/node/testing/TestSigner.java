package dev.berth.node.testing;

import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageKeys;
import dev.berth.contract.ImageSignature;
import dev.berth.node.image.Architecture;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;

/** Signs images with a key of its own. */
public final class TestSigner {
    private final KeyPair key;

    public TestSigner() {
        try {
            key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its line in a file of trusted keys. */
    public String line() {
        return Base64.getEncoder().encodeToString(key.getPublic().getEncoded()) + " of a test\n";
    }

    public ImageInfo sign(ImageInfo image) {
        ImageInfo named = with(image, Optional.empty());
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(key.getPrivate());
            ed25519.update(named.signedText().getBytes(StandardCharsets.US_ASCII));
            String value = Base64.getEncoder().encodeToString(ed25519.sign());
            return with(image, Optional.of(new ImageSignature(ImageKeys.idOf(key.getPublic()), value)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ImageInfo with(ImageInfo image, Optional<ImageSignature> signature) {
        return new ImageInfo(
                image.digest(),
                image.name(),
                image.distribution(),
                image.release(),
                image.sizeBytes(),
                Optional.of(Architecture.own()),
                signature);
    }
}
