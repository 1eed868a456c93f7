package dev.berth.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Files that are read whole. */
final class SmallFile {
    private static final int MAX_BYTES = 64 << 20;

    private SmallFile() {}

    /** Empty when it is not there. */
    static Optional<String> text(Source source, String name) throws IOException {
        Optional<InputStream> opened = source.open(name);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = opened.get()) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new BundleException(name + " is too large");
            }
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
