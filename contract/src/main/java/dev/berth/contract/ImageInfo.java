package dev.berth.contract;

/**
 * {@code GET /agent/v1/images/{digest}} describes an image; {@code …/archive} streams it: a gzip-compressed tar of a root
 * file system.
 *
 * @param digest {@code sha256:…} of the archive's bytes
 * @param sizeBytes of the archive
 */
public record ImageInfo(String digest, String name, String distribution, String release, long sizeBytes) {
    public ImageInfo {
        Faults faults = new Faults("image");
        faults.matches("digest", digest, Patterns.DIGEST);
        faults.matches("name", name, Patterns.NODE_NAME);
        faults.text("distribution", distribution, 64);
        faults.text("release", release, 64);
        faults.positive("sizeBytes", sizeBytes);
        faults.throwIfAny();
    }
}
