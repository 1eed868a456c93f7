package dev.berth.evidence;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A bundle in memory whose files a test may change. */
public final class Unzipped implements Source {
    private final Map<String, byte[]> files;

    private Unzipped(Map<String, byte[]> files) {
        this.files = files;
    }

    public static Unzipped of(byte[] zip) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return new Unzipped(files);
    }

    @Override
    public SortedSet<String> names() {
        return new TreeSet<>(files.keySet());
    }

    @Override
    public Optional<InputStream> open(String name) {
        return files.containsKey(name) ? Optional.of(new ByteArrayInputStream(bytes(name))) : Optional.empty();
    }

    public byte[] bytes(String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    public String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /** The same with another byte at a place. */
    Unzipped flipped(String name, int place) {
        byte[] changed = bytes(name).clone();
        changed[place] ^= 1;
        return with(name, changed);
    }

    Unzipped with(String name, byte[] content) {
        Map<String, byte[]> changed = new LinkedHashMap<>(files);
        changed.put(name, content);
        return new Unzipped(changed);
    }

    Unzipped without(String name) {
        Map<String, byte[]> changed = new LinkedHashMap<>(files);
        changed.remove(name);
        return new Unzipped(changed);
    }

    /** The same with other text, and a manifest that was made anew, as a forger would. */
    Unzipped forged(String name, String old, String other) {
        String text = text(name);
        if (!text.contains(old)) {
            throw new IllegalArgumentException("%s has no '%s': %s".formatted(name, old, text));
        }
        return with(
                        name,
                        text.replaceFirst(Pattern.quote(old), Matcher.quoteReplacement(other))
                                .getBytes(StandardCharsets.UTF_8))
                .manifested();
    }

    Unzipped manifested() {
        Map<String, String> hashes = new LinkedHashMap<>();
        files.forEach((name, content) -> {
            if (!name.equals(Manifest.FILE)) {
                hashes.put(name, Keys.sha256(content));
            }
        });
        return with(Manifest.FILE, Manifest.text(hashes).getBytes(StandardCharsets.UTF_8));
    }

    List<String> in(String folder) {
        return files.keySet().stream().filter(name -> name.startsWith(folder)).toList();
    }

    /** As a file. */
    Path zip(Path directory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return Files.write(directory.resolve("bundle.zip"), bytes.toByteArray());
    }
}
