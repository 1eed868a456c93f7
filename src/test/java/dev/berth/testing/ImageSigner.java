package dev.berth.testing;

import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageKeys;
import dev.berth.contract.ImageSignature;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;

/** Signs images with a key of its own. */
public final class ImageSigner {
    private final KeyPair key;

    public ImageSigner() {
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

    public ImageSignature sign(ImageInfo image) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(key.getPrivate());
            ed25519.update(image.signedText().getBytes(StandardCharsets.US_ASCII));
            String value = Base64.getEncoder().encodeToString(ed25519.sign());
            return new ImageSignature(ImageKeys.idOf(key.getPublic()), value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
