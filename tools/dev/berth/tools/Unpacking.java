package dev.berth.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Makes plain tar archives of what images come as, in a directory that is removed in the end. */
final class Unpacking implements AutoCloseable {
    private static final long MAX_BYTES = 32L << 30;
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Path directory;
    private final Packages packages;
    private int count;

    Unpacking(Path parent, Packages packages) throws IOException {
        this.directory = Files.createTempDirectory(parent, "import");
        this.packages = packages;
    }

    /** A file of its own for whatever comes next. */
    Path fresh() {
        return directory.resolve("part-" + count++);
    }

    Path gunzip(Path file) throws IOException {
        Path tar = fresh();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
                OutputStream out = Files.newOutputStream(tar)) {
            byte[] buffer = new byte[1 << 16];
            long written = 0;
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                written += read;
                if (written > MAX_BYTES) {
                    throw new IOException(file.getFileName() + " becomes too large when it is unpacked");
                }
                out.write(buffer, 0, read);
            }
        }
        return tar;
    }

    Path unxz(Path file) throws IOException {
        packages.ensureProgram("xz", "xz-utils");
        return by(file, "xz", "--decompress", "--keep", "--force");
    }

    Path unzstd(Path file) throws IOException {
        packages.ensureProgram("zstd", "zstd");
        return by(file, "zstd", "--decompress", "--keep", "--force", "--quiet");
    }

    /** Both programs write beside what they read, under its name without the ending; forced, they read through a link. */
    private Path by(Path file, String program, String... options) throws IOException {
        String ending = program.equals("xz") ? ".xz" : ".zst";
        Path tar = fresh();
        Path named = Files.createSymbolicLink(tar.resolveSibling(tar.getFileName() + ending), file.toAbsolutePath());
        List<String> command = new ArrayList<>(List.of("prlimit", "--fsize=" + MAX_BYTES, program));
        command.addAll(List.of(options));
        command.add(named.toString());
        Command.of(command).within(LIMIT).must(Failure.BUILD, "unpacking with " + program);
        Files.delete(named);
        return tar;
    }

    /** Needs root, as files get the owners they have in there. */
    Path unsquash(Path file) throws IOException {
        packages.ensureProgram("unsquashfs", "squashfs-tools");
        if (!Settings.superuser()) {
            throw new Failure(Failure.HOST, "unpacking a squashfs needs root");
        }
        Path root = fresh();
        Command.of("unsquashfs", "-no-progress", "-quiet", "-dest", root.toString(), file.toString())
                .within(LIMIT)
                .must(Failure.BUILD, "unpacking with unsquashfs");
        Path tar = fresh();
        Command.of(
                        "tar",
                        "--create",
                        "--format=posix",
                        "--numeric-owner",
                        "--xattrs",
                        "--xattrs-include=security.capability",
                        "--file=" + tar,
                        "--directory=" + root,
                        ".")
                .within(LIMIT)
                .must(Failure.BUILD, "packing the root file system");
        return tar;
    }

    @Override
    public void close() {
        Command.of("rm", "-rf", "--one-file-system", directory.toString())
                .within(Duration.ofMinutes(2))
                .run();
    }
}
