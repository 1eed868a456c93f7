package dev.berth.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Runs Maven, one at a time, and only where the sources differ from those of the last build. */
final class Builds {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Settings settings;
    // Maven 3.8 does not lock its local repository
    private final ReentrantLock maven = new ReentrantLock();

    Builds(Settings settings) {
        this.settings = settings;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    Path portalJar() {
        return settings.root().resolve("target/quarkus-app/quarkus-run.jar");
    }

    Path nodeJar() {
        return settings.root().resolve("node-daemon/target/quarkus-app/quarkus-run.jar");
    }

    /** True when it had to build. */
    boolean portal() {
        return build("portal", settings.root(), portalJar(), List.of("pom.xml", "src/main", "contract/src/main"));
    }

    boolean node() {
        return build(
                "node",
                settings.root().resolve("node-daemon"),
                nodeJar(),
                List.of("node-daemon/pom.xml", "node-daemon/src/main", "contract/src/main"));
    }

    private boolean build(String name, Path directory, Path jar, List<String> sources) {
        Path stamp = jar.resolveSibling("berth-sources.sha256");
        String hash = hash(sources);
        try {
            if (Files.exists(jar)
                    && Files.exists(stamp)
                    && Files.readString(stamp).equals(hash)) {
                return false;
            }
            run(
                    directory,
                    settings.log("build-" + name),
                    "building the " + name,
                    List.of("package", "-Dmaven.test.skip=true"));
            Files.writeString(stamp, hash);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs goals that need no project. */
    void maven(Path log, String purpose, String... goals) {
        run(settings.ensureDirectory(settings.cache()), log, purpose, List.of(goals));
    }

    private void run(Path directory, Path log, String purpose, List<String> goals) {
        maven.lock();
        try {
            List<String> arguments = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
            arguments.addAll(goals);
            command(arguments).in(directory).within(LIMIT).mustTo(log, Failure.BUILD, purpose);
        } finally {
            maven.unlock();
        }
    }

    /** A Maven run with this JDK and without a browser download of Playwright's. */
    static Command command(List<String> arguments) {
        return Command.of(arguments)
                .with("JAVA_HOME", System.getProperty("java.home"))
                .with("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .with("MAVEN_OPTS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1500m");
    }

    private String hash(List<String> sources) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String source : sources) {
                try (Stream<Path> files = Files.walk(settings.root().resolve(source))) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        digest.update(
                                settings.root().relativize(file).toString().getBytes());
                        update(digest, file);
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sha256(Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, file);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of texts, one after the other. */
    static String sha256(String... texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void update(MessageDigest digest, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
    }
}
