package dev.berth.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code manifest.txt}: the SHA-256 of every other file, in the form that {@code sha256sum -c} reads. */
public final class Manifest {
    public static final String FILE = "manifest.txt";
    private static final String HEAD = "# ";
    private static final String BETWEEN = "  ";

    private Manifest() {}

    /** @param hashes by file, in the order of the bundle */
    public static String text(Map<String, String> hashes) {
        StringBuilder text = new StringBuilder(HEAD + BundleHead.FORMAT).append('\n');
        hashes.forEach(
                (name, hash) -> text.append(hash).append(BETWEEN).append(name).append('\n'));
        return text.toString();
    }

    /** What is wrong, by file. */
    static SortedMap<String, String> check(Source source) throws IOException {
        SortedMap<String, String> wrong = new TreeMap<>();
        Optional<String> text = SmallFile.text(source, FILE);
        if (text.isEmpty()) {
            wrong.put(FILE, "is missing");
            return wrong;
        }
        Map<String, String> stated = stated(text.get());
        if (stated.isEmpty()) {
            wrong.put(FILE, "is no manifest of " + BundleHead.FORMAT);
        }
        TreeSet<String> names = new TreeSet<>(source.names());
        names.remove(FILE);
        names.stream()
                .filter(name -> !stated.containsKey(name))
                .forEach(name -> wrong.put(name, "is not in the manifest"));
        for (Map.Entry<String, String> entry : stated.entrySet()) {
            Optional<String> hash = hash(source, entry.getKey());
            if (hash.isEmpty()) {
                wrong.put(entry.getKey(), "is missing");
            } else if (!hash.get().equals(entry.getValue())) {
                wrong.put(entry.getKey(), "is not the file that the manifest was made for");
            }
        }
        return wrong;
    }

    private static Map<String, String> stated(String text) {
        Map<String, String> stated = new LinkedHashMap<>();
        boolean headed = BundleHead.READ.stream().anyMatch(format -> text.startsWith(HEAD + format + "\n"));
        if (headed && text.endsWith("\n")) {
            text.lines().skip(1).forEach(line -> {
                int between = Math.max(0, line.indexOf(BETWEEN));
                stated.put(line.substring(between).strip(), line.substring(0, between));
            });
        }
        return stated;
    }

    private static Optional<String> hash(Source source, String name) throws IOException {
        Optional<InputStream> opened = source.open(name);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        MessageDigest digest = Keys.sha256();
        byte[] piece = new byte[65_536];
        try (InputStream in = opened.get()) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
            }
        }
        return Optional.of(HexFormat.of().formatHex(digest.digest()));
    }
}
