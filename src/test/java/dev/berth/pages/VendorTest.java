package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Browser libraries are committed; a file that was changed by hand, or a lock that moved on without them, is found. */
class VendorTest {
    private static final Path RESOURCES = Path.of("src/main/resources/META-INF/resources/vendor");
    private static final Path TESTS = Path.of("src/test/resources/vendor");
    private static final Path SUMS = TESTS.resolve("SHA256");

    /** @param integrity of the package's archive, as the lock has it */
    private record Vendored(String sha256, String integrity, Path file) {}

    private static List<Vendored> vendored() throws IOException {
        return Files.readAllLines(SUMS).stream()
                .map(line -> line.split(" ", 3))
                .map(parts -> new Vendored(parts[0], parts[1], Path.of(parts[2])))
                .toList();
    }

    @Test
    void everyFileIsWhatWasCopied() throws IOException, NoSuchAlgorithmException {
        for (Vendored one : vendored()) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(one.file()));
            assertEquals(one.sha256(), Base64.getEncoder().encodeToString(hash), one.file()::toString);
        }
    }

    @Test
    void everyFileIsOfAPackageInTheLock() throws IOException {
        String lock = Files.readString(Path.of("package-lock.json"));
        for (Vendored one : vendored()) {
            assertTrue(lock.contains('"' + one.integrity() + '"'), one.file()::toString);
        }
    }

    @Test
    void nothingElseIsThere() throws IOException {
        TreeSet<Path> found = new TreeSet<>();
        for (Path root : List.of(RESOURCES, TESTS)) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(Files::isRegularFile).filter(f -> !f.equals(SUMS)).forEach(found::add);
            }
        }
        TreeSet<Path> listed =
                new TreeSet<>(vendored().stream().map(Vendored::file).toList());
        assertEquals(listed, found);
    }

    @Test
    void pagesAskNobodyElse() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources/templates"))) {
            List<Path> asking = files.filter(Files::isRegularFile)
                    .filter(file -> read(file).matches("(?s).*(src|href|action)=\"(https?:)?//.*"))
                    .toList();
            assertEquals(List.of(), asking);
        }
    }

    @Test
    void noTemplateHasInlineScriptOrStyle() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources/templates"))) {
            List<Path> inline = files.filter(file -> file.toString().endsWith(".html"))
                    .filter(file -> !file.toString().contains("Pdf"))
                    .filter(file -> read(file).matches("(?s).*(<script>|<style|\\sstyle=|\\son[a-z]+=\").*"))
                    .toList();
            assertEquals(List.of(), inline);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
