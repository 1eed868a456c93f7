import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Copies the pinned browser libraries from node_modules to where they are committed; {@code npm run vendor} calls it. */
public final class Vendor {
    private static final Path RESOURCES = Path.of("src/main/resources/META-INF/resources/vendor");
    private static final Path TESTS = Path.of("src/test/resources/vendor");
    private static final List<String> FILES = List.of(
            "bootstrap bootstrap dist/css/bootstrap.min.css",
            "bootstrap bootstrap LICENSE",
            "htmx.org htmx dist/htmx.min.js",
            "htmx.org htmx LICENSE",
            "uplot uplot dist/uPlot.iife.min.js",
            "uplot uplot dist/uPlot.min.css",
            "uplot uplot LICENSE",
            "@xterm/xterm xterm lib/xterm.js",
            "@xterm/xterm xterm css/xterm.css",
            "@xterm/xterm xterm LICENSE",
            "@xterm/addon-fit xterm-fit lib/addon-fit.js",
            "@xterm/addon-fit xterm-fit LICENSE",
            "axe-core axe axe.min.js",
            "axe-core axe LICENSE");

    private Vendor() {}

    public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
        List<String> sums = new ArrayList<>();
        String lock = Files.readString(Path.of("package-lock.json"));
        for (String line : FILES) {
            String[] parts = line.split(" ", 3);
            Path root = parts[1].equals("axe") ? TESTS : RESOURCES;
            Path source = Path.of("node_modules", parts[0], parts[2]);
            Path target = root.resolve(parts[1]).resolve(source.getFileName());
            Files.createDirectories(target.getParent());
            Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(target));
            sums.add("%s %s %s".formatted(Base64.getEncoder().encodeToString(hash), integrity(lock, parts[0]), target));
        }
        Files.write(TESTS.resolve("SHA256"), sums);
    }

    /** What the lock says the package's archive has: ties each file to the pinned package. */
    private static String integrity(String lock, String name) {
        int entry = lock.indexOf("\"node_modules/" + name + "\"");
        String mark = "\"integrity\": \"";
        int start = lock.indexOf(mark, entry) + mark.length();
        return lock.substring(start, lock.indexOf('"', start));
    }
}
