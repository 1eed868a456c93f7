package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user-mode Linux kernel that test hosts run on: the one named by {@code BERTH_UML_KERNEL}, else the one made from this
 * repository's configuration before, else a ready one beside the repository, else built from Debian's source package.
 */
final class UmlKernel {
    static final String VARIABLE = "BERTH_UML_KERNEL";
    private static final String SOURCE = "linux-source-7.2";
    private static final String DISTRIBUTION =
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s unstable main\n";
    private static final List<String> BUILD_NEEDS =
            List.of("flex", "bison", "bc", "libelf-dev", "libssl-dev", "gcc", "make", "xz-utils", "patch");
    private static final Duration LIMIT = Duration.ofMinutes(60);

    private final Settings settings;
    private final Progress progress;

    UmlKernel(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    Path ensure() throws Exception {
        Optional<Path> named = Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of);
        if (named.isPresent()) {
            return named.get().toString().endsWith(".xz")
                    ? unpacked(named.get(), place("named-" + shortHash(named.get())))
                    : named.get();
        }
        Path own = place(recipe());
        if (Files.isExecutable(own)) {
            return own;
        }
        Optional<Path> ready = ready();
        if (ready.isPresent()) {
            return unpacked(ready.get(), own);
        }
        return progress.step("kernel for test hosts, from source", () -> build(own));
    }

    private Path place(String name) {
        return settings.ensureDirectory(Settings.userCache().resolve("uml")).resolve("linux-" + name);
    }

    private String recipe() {
        return (shortHash(ours("kernel.config")) + shortHash(ours("vector-smp.patch"))).substring(0, 16);
    }

    private static String shortHash(Path file) {
        return Builds.sha256(file).substring(0, 12);
    }

    private Path ours(String name) {
        return settings.root().resolve("tools/uml").resolve(name);
    }

    private Optional<Path> ready() throws IOException {
        Path directory = settings.root().resolveSibling("shared/reference/uml");
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("linux-uml-.*\\.xz"))
                    .sorted()
                    .reduce((first, last) -> last);
        }
    }

    private Path unpacked(Path archive, Path target) throws IOException {
        if (!Files.isExecutable(target)) {
            Path fresh = Files.createTempFile(target.getParent(), "new", "");
            new Packages(settings).ensureInstalled(List.of("xz-utils"));
            Command.of(
                            "sh",
                            "-c",
                            "xz --decompress --stdout \"$1\" >\"$2\"",
                            "xz",
                            archive.toString(),
                            fresh.toString())
                    .must(Failure.BUILD, "unpacking " + archive);
            finish(fresh, target);
        }
        return target;
    }

    /** Under its name only when it is whole: several runs may share the directory. */
    private static void finish(Path fresh, Path target) throws IOException {
        if (!fresh.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + fresh + " executable");
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path build(Path target) throws IOException {
        new Packages(settings).ensureInstalled(BUILD_NEEDS);
        Path work = Files.createTempDirectory(target.getParent(), "build");
        Path log = settings.log("uml-kernel");
        try {
            Path source = fetch(work, log);
            Command.of("patch", "--strip=1", "--input=" + ours("vector-smp.patch"))
                    .in(source)
                    .mustTo(log, Failure.BUILD, "patching the kernel");
            make(source, log, "defconfig");
            Files.writeString(
                    source.resolve(".config"), Files.readString(ours("kernel.config")), StandardOpenOption.APPEND);
            make(source, log, "olddefconfig");
            make(source, log, "-j" + Runtime.getRuntime().availableProcessors(), "linux");
            Command.of("strip", source.resolve("linux").toString()).mustTo(log, Failure.BUILD, "stripping the kernel");
            finish(source.resolve("linux"), target);
            return target;
        } finally {
            Command.of("rm", "-rf", work.toString())
                    .within(Duration.ofMinutes(2))
                    .run();
        }
    }

    private static void make(Path source, Path log, String... arguments) {
        List<String> command = new ArrayList<>(List.of("make", "ARCH=um"));
        command.addAll(List.of(arguments));
        Command.of(command).in(source).within(LIMIT).mustTo(log, Failure.BUILD, "building the kernel");
    }

    /** From the distribution this runs on where it has the package, else from Debian unstable, by lists of its own. */
    private static Path fetch(Path work, Path log) {
        List<String> own = List.of();
        if (!Command.of("apt-cache", "show", SOURCE).run().ok()) {
            own = ownLists(work);
            apt(work, log, own, "update");
        }
        apt(work, log, own, "download", SOURCE);
        Command.of("sh", "-c", "dpkg-deb --extract linux-source-*.deb . && tar -xf usr/src/linux-source-*.tar.xz")
                .in(work)
                .within(Duration.ofMinutes(10))
                .mustTo(log, Failure.BUILD, "unpacking the kernel's source");
        try (Stream<Path> directories = Files.list(work)) {
            return directories
                    .filter(directory -> Files.exists(directory.resolve("Kconfig")))
                    .findFirst()
                    .orElseThrow(() -> new Failure(Failure.BUILD, "the package has no kernel source in it"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> ownLists(Path work) {
        try {
            Path list = Files.writeString(work.resolve("unstable.list"), DISTRIBUTION.formatted(archive()));
            Files.createDirectories(work.resolve("lists/partial"));
            Files.createDirectories(work.resolve("cache/archives/partial"));
            return List.of(
                    "-oDir::Etc::SourceList=" + list,
                    "-oDir::Etc::SourceParts=/dev/null",
                    "-oDir::State::Lists=" + work.resolve("lists"),
                    "-oDir::Cache=" + work.resolve("cache"),
                    "-oAcquire::Languages=none",
                    "-oAPT::Sandbox::User=root");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Wherever this machine has its own Debian packages from. */
    private static String archive() {
        return Command.of(
                        "apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Created-By: Packages")
                .must(Failure.PACKAGES, "asking apt for its archive")
                .lines()
                .filter(line -> line.strip().endsWith("/debian/"))
                .findFirst()
                .orElseThrow(() -> new Failure(Failure.PACKAGES, "apt knows no archive of Debian"));
    }

    private static void apt(Path work, Path log, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of("apt-get"));
        command.addAll(options);
        command.addAll(List.of(arguments));
        Command.of(command)
                .in(work)
                .within(Duration.ofMinutes(10))
                .mustTo(log, Failure.BUILD, "apt-get " + arguments[0]);
    }
}
