package dev.berth.invoice;

import dev.berth.evidence.Manifest;
import dev.berth.platform.Hashes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip that is written as it goes, keeps each file's hash, and has the same bytes for the same files. */
final class BundleZip implements AutoCloseable {
    /** The first moment that a zip can name: when a file was written is no part of what it says. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final ZipOutputStream zip;
    private final Map<String, String> hashes = new LinkedHashMap<>();

    BundleZip(OutputStream out) {
        zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        zip.setLevel(Deflater.BEST_SPEED);
    }

    /** Writes a file piece by piece. */
    interface Content {
        void to(OutputStream out) throws IOException;
    }

    void file(String name, String text) throws IOException {
        file(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    void file(String name, Content content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        DigestOutputStream digest = new DigestOutputStream(zip, Hashes.sha256());
        content.to(digest);
        hashes.put(name, HexFormat.of().formatHex(digest.getMessageDigest().digest()));
        zip.closeEntry();
    }

    /** Ends it with the manifest; without it a verifier knows that the end is missing. */
    void finish() throws IOException {
        file(Manifest.FILE, Manifest.text(hashes));
        zip.finish();
    }

    @Override
    public void close() throws IOException {
        zip.flush();
    }
}
