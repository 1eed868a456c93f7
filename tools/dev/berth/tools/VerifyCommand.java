package dev.berth.tools;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * {@code ./berth verify BUNDLE.zip}. Compiles the packages that bills are computed with, which use nothing but the JDK, and runs their
 * verifier: no build, no portal, no database, no network.
 */
final class VerifyCommand {
    private static final List<String> PACKAGES = List.of(
            "contract/src/main/java/dev/berth/contract",
            "src/main/java/dev/berth/units",
            "src/main/java/dev/berth/metering",
            "src/main/java/dev/berth/rating",
            "src/main/java/dev/berth/evidence");

    /** The two annotations of JSpecify that these packages carry: they say something to checkers, and nothing at run time. */
    private static final List<String> ANNOTATIONS = List.of("NullMarked", "Nullable");

    private static final Duration LONGEST = Duration.ofHours(6);

    private final Settings settings;

    VerifyCommand(Settings settings) {
        this.settings = settings;
    }

    int run(List<String> arguments) throws IOException {
        Path classes = classes(sources());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                classes.toString(),
                "dev.berth.evidence.Verify"));
        command.addAll(arguments);
        return Command.of(command).within(LONGEST).runHere();
    }

    private List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String name : PACKAGES) {
            try (Stream<Path> files = Files.list(settings.root().resolve(name))) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
            }
        }
        return sources;
    }

    /** Compiled once for each content of the sources and each JDK; a half-made directory is never used. */
    private Path classes(List<Path> sources) throws IOException {
        Path home = settings.variable().resolve("verify");
        Path done = home.resolve(hash(sources));
        if (Files.isDirectory(done)) {
            return done;
        }
        Files.createDirectories(home);
        Path fresh = Files.createTempDirectory(home, "new.");
        compile(sources, fresh);
        try {
            Files.move(fresh, done, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new Failure(Failure.BUILD, "cannot move within " + home, e);
        } catch (IOException e) {
            if (!Files.isDirectory(done)) {
                throw e;
            }
        }
        return done;
    }

    private static String hash(List<Path> sources) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(System.getProperty("java.home").getBytes(StandardCharsets.UTF_8));
            for (Path source : sources) {
                digest.update(Files.readAllBytes(source));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new Failure(Failure.BUILD, "this JDK has no SHA-256", e);
        }
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = Optional.ofNullable(ToolProvider.getSystemJavaCompiler())
                .orElseThrow(() -> new Failure(Failure.BUILD, "this Java has no compiler"));
        List<Path> all = new ArrayList<>(sources);
        all.addAll(annotations(classes));
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean done = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-proc:none", "-nowarn", "-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(all))
                    .call();
            if (!done) {
                throw new Failure(Failure.BUILD, "the verifier does not compile: " + said);
            }
        }
    }

    private static List<Path> annotations(Path directory) throws IOException {
        Path place = Files.createDirectories(directory.resolve("org/jspecify/annotations"));
        List<Path> made = new ArrayList<>();
        for (String name : ANNOTATIONS) {
            String target = name.equals("Nullable")
                    ? "@java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE) "
                    : "";
            String source = "package org.jspecify.annotations;\n%spublic @interface %s {}\n".formatted(target, name);
            made.add(Files.writeString(place.resolve(name + ".java"), source));
        }
        return made;
    }
}
