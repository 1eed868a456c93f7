package dev.berth.contract;

import java.util.Objects;
import java.util.Optional;

/**
 * {@code GET /agent/v1/images/{digest}} describes an image; {@code …/archive} streams it: a gzip-compressed tar of a root
 * file system.
 *
 * @param digest {@code sha256:…} of the archive's bytes
 * @param sizeBytes of the archive
 * @param architecture as Debian names it, such as {@code amd64}; empty where nobody said
 * @param signature over {@link #signedText}; empty where nobody signed it
 */
public record ImageInfo(
        String digest,
        String name,
        String distribution,
        String release,
        long sizeBytes,
        Optional<String> architecture,
        Optional<ImageSignature> signature) {
    public ImageInfo {
        Faults faults = new Faults("image");
        faults.matches("digest", digest, Patterns.DIGEST);
        faults.matches("name", name, Patterns.NODE_NAME);
        faults.text("distribution", distribution, 64);
        faults.text("release", release, 64);
        faults.positive("sizeBytes", sizeBytes);
        Objects.requireNonNull(architecture, "architecture")
                .ifPresent(text -> faults.matches("architecture", text, Patterns.ARCHITECTURE));
        Objects.requireNonNull(signature, "signature");
        faults.check(signature.isEmpty() || architecture.isPresent(), () -> "signature covers no architecture");
        faults.throwIfAny();
    }

    /** Of an image that is not signed. */
    public ImageInfo(String digest, String name, String distribution, String release, long sizeBytes) {
        this(digest, name, distribution, release, sizeBytes, Optional.empty(), Optional.empty());
    }

    /**
     * What a signature is made over. The patterns of its parts allow no line break, so that no two images have one text. Its bytes are those
     * of US-ASCII.
     */
    public String signedText() {
        return "berth-image-v1\ndigest " + digest + "\nname " + name + "\narchitecture " + architecture.orElse("")
                + "\nsize " + sizeBytes + "\n";
    }
}
