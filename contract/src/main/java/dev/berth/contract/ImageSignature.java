package dev.berth.contract;

/**
 * An Ed25519 signature (RFC 8032) over {@link ImageInfo#signedText}.
 *
 * @param keyId which key made it: the first 16 hexadecimal digits of the SHA-256 of its {@code SubjectPublicKeyInfo} (RFC 8410)
 * @param value base64 of its 64 bytes
 */
public record ImageSignature(String keyId, String value) {
    public ImageSignature {
        Faults faults = new Faults("image signature");
        faults.matches("keyId", keyId, Patterns.KEY_ID);
        faults.matches("value", value, Patterns.ED25519);
        faults.throwIfAny();
    }
}
