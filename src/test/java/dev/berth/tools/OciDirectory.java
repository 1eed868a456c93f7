package dev.berth.tools;

import dev.berth.platform.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes an image in OCI's layout. */
final class OciDirectory {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private final Path directory;
    private final List<String> layers = new ArrayList<>();
    private final List<String> diffIds = new ArrayList<>();

    OciDirectory(Path directory) {
        this.directory = directory;
    }

    OciDirectory layer(Tarball tar) throws IOException {
        layers.add(blob(LAYER + "+gzip", tar.gzip()));
        diffIds.add("\"" + digest(tar.bytes()) + "\"");
        return this;
    }

    /** A layer that zstd has compressed. */
    OciDirectory zstdLayer(Tarball tar) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path plain = Files.write(directory.resolve("layer.tar"), tar.bytes());
        Process zstd = new ProcessBuilder("zstd", "--quiet", "--force", plain.toString())
                .inheritIO()
                .start();
        if (zstd.waitFor() != 0) {
            throw new IOException("zstd failed");
        }
        layers.add(blob(LAYER + "+zstd", Files.readAllBytes(directory.resolve("layer.tar.zst"))));
        diffIds.add("\"" + digest(tar.bytes()) + "\"");
        return this;
    }

    /** @return where it is */
    Path finish(String architecture) throws IOException {
        String config = "{\"architecture\":\"%s\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
                .formatted(architecture, String.join(",", diffIds));
        String manifest = "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
                .formatted(blob(CONFIG, config.getBytes(StandardCharsets.UTF_8)), String.join(",", layers));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(
                directory.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[%s]}"
                        .formatted(blob(MANIFEST, manifest.getBytes(StandardCharsets.UTF_8))));
        return directory;
    }

    private String blob(String mediaType, byte[] bytes) throws IOException {
        Path blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
        String digest = digest(bytes);
        Files.write(blobs.resolve(digest.substring("sha256:".length())), bytes);
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(mediaType, digest, bytes.length);
    }

    static String digest(byte[] bytes) {
        return "sha256:" + HexFormat.of().formatHex(Hashes.sha256().digest(bytes));
    }
}
