package dev.berth.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of others become archives of Berth's; GNU tar says what is in them. */
class ImageImportTest {
    private static final String ARCHITECTURE = System.getProperty("os.arch")
            .toLowerCase(Locale.ROOT)
            .replace("aarch64", "arm64")
            .replace("x86_64", "amd64");

    @TempDir
    Path directory;

    private Berth berth = new Berth(Path.of("/nowhere"));

    @BeforeEach
    void fresh() {
        berth = new Berth(directory.resolve("var"));
    }

    @Test
    void aServerOfSimpleStreamsGivesItsNewestVersion() throws Exception {
        byte[] root = xz(Tarball.system("debian", "12")
                .file("./etc/machine-id", "0123456789abcdef0123456789abcdef\n")
                .file("./etc/ssh/ssh_host_ed25519_key", "of all who take this image")
                .member('3', "dev/null", "", ""));
        try (StreamServer server = new StreamServer()) {
            server.put("images/20260102_05:24/rootfs.tar.xz", root);
            server.put("streams/v1/images.json", products(root, OciDirectory.digest(root)));

            Berth.Result first = berth.run("image", "import", "simplestreams", server.url(), "debian/12");
            Berth.Result second = berth.run("image", "import", "simplestreams", server.url(), "debian/12", "again");

            assertEquals(0, first.code(), first.error());
            assertEquals("debian-12", result(first)[0]);
            assertEquals("again", result(second)[0]);
            assertTrue(first.out().contains("security updates until 2028-06-30"), first.out());
            assertEquals(result(first)[1], result(second)[1], "the same image gives the same bytes");
            assertEquals(
                    List.of(
                            "drwxr-xr-x 0/0 0 ./",
                            "drwxr-xr-x 0/0 0 ./dev/",
                            "drwxr-xr-x 0/0 0 ./etc/",
                            "-rw-r--r-- 0/0 0 ./etc/machine-id",
                            "lrw-r--r-- 0/0 0 ./etc/os-release -> ../usr/lib/os-release",
                            "drwxr-xr-x 0/0 0 ./etc/ssh/",
                            "lrw-r--r-- 0/0 0 ./sbin -> usr/sbin",
                            "drwxr-xr-x 0/0 0 ./usr/",
                            "drwxr-xr-x 0/0 0 ./usr/lib/",
                            "-rw-r--r-- 0/0 36 ./usr/lib/os-release",
                            "drwxr-xr-x 0/0 0 ./usr/sbin/",
                            "-rw-r--r-- 0/0 4 ./usr/sbin/init"),
                    listing(result(first)[2]));
        }
    }

    @Test
    void whatIsNotWhatTheListSaysIsRefused() throws Exception {
        byte[] root = xz(Tarball.system("debian", "12"));
        try (StreamServer server = new StreamServer()) {
            server.put("images/20260102_05:24/rootfs.tar.xz", root);
            server.put("streams/v1/images.json", products(root, OciDirectory.digest(new byte[] {1})));

            Berth.Result wrong = berth.run("image", "import", "simplestreams", server.url(), "debian/12");
            Berth.Result unknown = berth.run("image", "import", "simplestreams", server.url(), "plan9");

            assertEquals(8, wrong.code());
            assertTrue(wrong.error().contains("another size or SHA-256"), wrong.error());
            assertEquals(2, unknown.code());
            assertTrue(unknown.error().contains("has no 'plan9' for " + ARCHITECTURE), unknown.error());
            assertEquals(List.of(), left());
        }
    }

    @Test
    void layersOfAnOciImageAreLaidOverEachOther() throws Exception {
        Path layout = new OciDirectory(directory.resolve("oci"))
                .layer(Tarball.system("alpine", "3.22")
                        .file("opt/old/a", "a")
                        .file("opt/old/b", "b")
                        .file("opt/one", "one")
                        .file("opt/two", "two")
                        .link("var/run", "/run")
                        .link("up", "../../../..")
                        .directory("opt/kept"))
                .zstdLayer(new Tarball()
                        .file("usr/lib/os-release", "ID=alpine\nVERSION_ID=3.22\nSUPPORT_END=\"2027-05-01\"\n")
                        .file("opt/old/c", "newer than the whiteout")
                        .file("opt/old/.wh..wh..opq", "")
                        .file("opt/.wh.one", "")
                        .hardLink("opt/too", "opt/two")
                        .file("var/run/lock", "")
                        .file("up/tmp/berth-escaped", "")
                        .extended("path", "opt/" + "n".repeat(120))
                        .file("cut", "long"))
                .finish(ARCHITECTURE);

        Berth.Result imported = berth.run("image", "import", "oci", layout.toString());

        assertEquals(0, imported.code(), imported.error());
        assertEquals("alpine-3-22", result(imported)[0]);
        assertTrue(imported.out().contains("security updates until 2027-05-01"), imported.out());
        assertEquals(
                List.of(
                        "drwxr-xr-x 0/0 0 ./opt/",
                        "drwxr-xr-x 0/0 0 ./opt/kept/",
                        "-rw-r--r-- 0/0 4 ./opt/" + "n".repeat(120),
                        "drwxr-xr-x 0/0 0 ./opt/old/",
                        "-rw-r--r-- 0/0 23 ./opt/old/c",
                        "-rw-r--r-- 0/0 3 ./opt/too",
                        "hrw-r--r-- 0/0 0 ./opt/two link to ./opt/too",
                        "drwxr-xr-x 0/0 0 ./run/",
                        "-rw-r--r-- 0/0 0 ./run/lock",
                        "lrw-r--r-- 0/0 0 ./sbin -> usr/sbin",
                        "drwxr-xr-x 0/0 0 ./tmp/",
                        "-rw-r--r-- 0/0 0 ./tmp/berth-escaped",
                        "lrw-r--r-- 0/0 0 ./up -> ../../../.."),
                listing(result(imported)[2]).stream()
                        .filter(line -> line.matches(".* \\./(opt|run|sbin|tmp|up)\\b.*"))
                        .toList());
        assertFalse(Files.exists(Path.of("/tmp/berth-escaped")));
    }

    @Test
    void anImageThatIsNotWhatItsDigestsSayOrLeavesItsTreeIsRefused() throws Exception {
        Path changed = new OciDirectory(directory.resolve("changed"))
                .layer(Tarball.system("alpine", "3.22"))
                .finish(ARCHITECTURE);
        try (Stream<Path> blobs = Files.list(changed.resolve("blobs/sha256"))) {
            Path largest = blobs.max((a, b) ->
                            Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(largest);
            bytes[bytes.length - 1] ^= 1;
            Files.write(largest, bytes);
        }
        Path leaving = new OciDirectory(directory.resolve("leaving"))
                .layer(Tarball.system("alpine", "3.22").file("opt/../../etc/cron.d/x", "x"))
                .finish(ARCHITECTURE);
        Path empty = new OciDirectory(directory.resolve("empty"))
                .layer(new Tarball().file("app", "x"))
                .finish(ARCHITECTURE);

        assertRefused(changed, "is not what its digest and size say");
        assertRefused(leaving, "member 'opt/../../etc/cron.d/x' leads out of the tree");
        assertRefused(empty, "it has no /sbin/init");
        assertEquals(List.of(), left());
    }

    @Test
    void aRegistryGivesTheImageForThisArchitecture() throws Exception {
        Path layout = new OciDirectory(directory.resolve("oci"))
                .layer(Tarball.system("alpine", "3.22"))
                .finish(ARCHITECTURE);
        try (OciServer server = new OciServer(directory.resolve("registry"))) {
            server.push(layout, "systems/alpine:3.22");

            Berth.Result pulled = berth.run("image", "import", "oci", server.reference("systems/alpine:3.22"));
            Berth.Result direct = berth.run("image", "import", "oci", layout.toString(), "direct");
            Berth.Result missing = berth.run("image", "import", "oci", server.reference("systems/plan9:4"));

            assertEquals(0, pulled.code(), pulled.error());
            assertEquals("alpine-3-22", result(pulled)[0]);
            assertEquals(result(direct)[1], result(pulled)[1], "the same image gives the same bytes");
            assertEquals(8, missing.code());
            assertTrue(missing.error().contains("manifest unknown"), missing.error());
            assertEquals(2, left().size(), "nothing stays but the two archives");
        }
    }

    @Test
    void whatIsNoReferenceIsNotGivenToAProgram() throws Exception {
        Berth.Result refused = berth.run("image", "import", "oci", "docker://registry.example/debian:12 --help");

        assertEquals(2, refused.code());
        assertTrue(refused.error().contains("is no reference to an image"), refused.error());
    }

    private void assertRefused(Path layout, String why) throws Exception {
        Berth.Result refused = berth.run("image", "import", "oci", layout.toString());
        assertTrue(refused.code() != 0, refused.out());
        assertTrue(refused.error().contains(why), refused.error());
    }

    /** Name, digest and archive stand in the last line. */
    private static String[] result(Berth.Result run) {
        return run.out().lines().reduce((before, line) -> line).orElseThrow().split(" ", -1);
    }

    private List<String> left() throws IOException {
        Path images = directory.resolve("var/images");
        if (!Files.exists(images)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(images)) {
            return files.map(Path::toString).toList();
        }
    }

    private static String products(byte[] root, String digest) {
        return """
                {"format": "products:1.0", "products": {
                  "debian:12:%1$s:default": {"aliases": "debian/12/default,debian/12", "arch": "%1$s",
                    "support_eol": "2028-06-30", "versions": {
                    "20260101_05:24": {"items": {
                      "root.tar.xz": {"ftype": "root.tar.xz", "path": "images/old", "sha256": "%2$s", "size": 1}}},
                    "20260102_05:24": {"items": {
                      "lxd.tar.xz": {"ftype": "lxd.tar.xz", "path": "images/meta", "sha256": "%2$s", "size": 1},
                      "rootfs.tar.xz": {"ftype": "root.tar.xz", "path": "images/20260102_05:24/rootfs.tar.xz",
                        "sha256": "%2$s", "size": %3$d}}}}},
                  "debian:12:mips:default": {"aliases": "debian/12", "arch": "mips", "versions": {}}}}
                """.formatted(ARCHITECTURE, digest.substring("sha256:".length()), root.length);
    }

    private byte[] xz(Tarball tar) throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("root.tar"), tar.bytes());
        output("xz", "--keep", "--force", "-0", file.toString());
        return Files.readAllBytes(directory.resolve("root.tar.xz"));
    }

    /** Mode, owner, size and name of each member; when it was changed is left out. */
    private static List<String> listing(String archive) throws IOException, InterruptedException {
        return output("tar", "--list", "--verbose", "--numeric-owner", "--file=" + archive)
                .lines()
                .map(line -> line.replaceFirst("^(\\S+ \\S+) +(\\d+) \\S+ \\S+ ", "$1 $2 "))
                .toList();
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }
}
