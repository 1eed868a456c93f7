package dev.berth.node.kernel;

import dev.berth.contract.Patterns;
import dev.berth.node.disk.FileDigest;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Unpacked images, by digest. A directory under its final name is complete and never changes. */
final class Images {
    private static final Duration UNPACK_WITHIN = Duration.ofMinutes(15);
    private static final int OS_RELEASE_BYTES = 8 << 10;
    private static final String TEMPORARY = ".unpacking-";

    private final Path directory;
    private final Programs programs;

    Images(Path directory, Programs programs) {
        this.directory = directory;
        this.programs = programs;
    }

    Set<String> digests() {
        return Directories.names(directory).stream()
                .filter(name -> Patterns.SHA256_HEX.matcher(name).matches())
                .map(name -> "sha256:" + name)
                .collect(Collectors.toUnmodifiableSet());
    }

    Path rootfs(String digest) {
        return directory.resolve(hex(digest)).resolve("rootfs");
    }

    /** The same of one that a context needs. */
    Path needed(String digest) {
        Path rootfs = rootfs(digest);
        if (!Files.isDirectory(rootfs)) {
            throw new ExplainedException(
                    "no-image", "Its image is not on the node.", "image %s is not here".formatted(digest));
        }
        return rootfs;
    }

    /** What it says it is; the first of these is where the second usually leads (os-release(5)). Of one that is not here nobody knows. */
    Distribution distribution(String digest) {
        Path rootfs = rootfs(digest);
        if (!Files.isDirectory(rootfs)) {
            return new Distribution.Unknown();
        }
        try (Tree tree = Tree.open(rootfs, 0)) {
            byte[] text = tree.read("usr/lib/os-release", OS_RELEASE_BYTES)
                    .or(() -> tree.read("etc/os-release", OS_RELEASE_BYTES))
                    .orElse(new byte[0]);
            return Distribution.of(new String(text, StandardCharsets.UTF_8));
        }
    }

    void ensure(String digest, Path archive) {
        Path target = directory.resolve(hex(digest));
        if (Files.isDirectory(target)) {
            return;
        }
        verify(digest, archive);
        Path temporary = directory.resolve(TEMPORARY + UUID.randomUUID());
        try {
            Path rootfs = Files.createDirectories(temporary.resolve("rootfs"));
            unpack(archive, rootfs);
            removeHostKeys(rootfs.resolve("etc/ssh"));
            Syscalls.syncFilesystem(rootfs);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            Syscalls.syncFilesystem(directory);
        } catch (IOException e) {
            if (!Files.isDirectory(target)) {
                throw new HostException("cannot unpack image %s: %s".formatted(digest, e.getMessage()), e);
            }
            // Another thread unpacked the same bytes first.
        } finally {
            Directories.remove(temporary);
        }
    }

    /** All or nothing for whoever looks: it is under no digest any more before its first file goes. */
    void remove(String digest) {
        Path target = directory.resolve(hex(digest));
        Path temporary = directory.resolve(TEMPORARY + UUID.randomUUID());
        try {
            Files.move(target, temporary, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            return;
        } catch (IOException e) {
            throw new HostException("cannot remove image %s: %s".formatted(digest, e.getMessage()), e);
        }
        Directories.remove(temporary);
    }

    /** Whatever a crash left half unpacked or half removed. Only safe while nothing unpacks: at start. */
    void removePartial() {
        Directories.names(directory).stream()
                .filter(name -> name.startsWith(TEMPORARY))
                .forEach(name -> Directories.remove(directory.resolve(name)));
    }

    private void unpack(Path archive, Path rootfs) {
        programs.check(new Programs.Command(
                List.of(
                        "tar",
                        "--extract",
                        "--gzip",
                        "--numeric-owner",
                        "--same-owner",
                        "--preserve-permissions",
                        "--xattrs",
                        "--xattrs-include=security.capability",
                        "--file=" + archive,
                        "--directory=" + rootfs),
                "",
                UNPACK_WITHIN,
                64 << 10));
        if (!Files.isDirectory(rootfs.resolve("etc")) || !Files.isDirectory(rootfs.resolve("usr"))) {
            throw new HostException("the archive holds no root file system: /etc or /usr is missing");
        }
    }

    /** Keys that many contexts would share are no keys: each context gets its own before its first start. */
    private static void removeHostKeys(Path ssh) throws IOException {
        if (!Files.isDirectory(ssh, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> entries = Files.list(ssh)) {
            for (Path key : entries.filter(Images::isHostKey).toList()) {
                Files.delete(key);
            }
        }
    }

    private static boolean isHostKey(Path file) {
        return file.getFileName().toString().startsWith("ssh_host_");
    }

    /** @throws HostException where the file is not what the digest says */
    static void verify(String digest, Path archive) {
        try {
            String found = FileDigest.of(archive);
            if (!found.equals(digest)) {
                throw new HostException("the archive is %s, wanted was %s".formatted(found, digest));
            }
        } catch (IOException e) {
            throw new HostException("cannot read archive " + archive, e);
        }
    }

    private static String hex(String digest) {
        if (!Patterns.DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException("digest %s is not valid".formatted(digest));
        }
        return digest.substring("sha256:".length());
    }
}
