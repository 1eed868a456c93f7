package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.node.host.ExplainedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCheckTest {
    @TempDir
    Path directory;

    @Test
    void whatALayerHoldsIsTaken() throws IOException {
        TestTar tar = TestTar.top()
                .directory("./etc/")
                .file("./etc/motd")
                .link("./etc/shadow", "/etc/shadow")
                .hardLink("./etc/motd2", "./etc/motd")
                .member('3', "./etc/issue", "", "")
                .directory("./etc/skel/")
                .file("./etc/skel/a")
                .extended("path", "./etc/" + "long".repeat(40))
                .file("./etc/cut")
                .extended("GNU.sparse.name", "./run")
                .file("./GNUSparseFile.1/run")
                .extended("SCHILY.xattr.user.a", "b\nc=d")
                .member('0', "./z", "", "x".repeat(512), 65_535);
        Path file = tar.write(directory.resolve("good"));
        assertDoesNotThrow(() -> ArchiveCheck.check(file));
    }

    @Test
    void nothingThatLeadsElsewhereIsTaken() throws IOException {
        for (Map.Entry<String, TestTar> each : hostile().entrySet()) {
            Path file = each.getValue().write(directory.resolve("bad"));
            assertThrows(ExplainedException.class, () -> ArchiveCheck.check(file), each.getKey());
        }
    }

    static Map<String, TestTar> hostile() {
        Map<String, TestTar> cases = new TreeMap<>();
        cases.put("nothing", new TestTar());
        cases.put("no top", new TestTar().file("./a"));
        cases.put("a parent", TestTar.top().file("./../a"));
        cases.put("a parent within", TestTar.top().directory("./a/").file("./a/../../b"));
        cases.put("absolute", TestTar.top().file("/etc/cron.d/a"));
        cases.put(
                "absolute by an extension", TestTar.top().extended("path", "/a").file("./a"));
        cases.put(
                "absolute as a sparse one",
                TestTar.top().extended("GNU.sparse.name", "/a").file("./a"));
        cases.put("bare", TestTar.top().file("a"));
        cases.put("through a link", TestTar.top().link("./a", "/etc").file("./a/passwd"));
        cases.put(
                "a directory that became a link",
                TestTar.top().directory("./a/").link("./a", "/etc").file("./a/passwd"));
        cases.put("link to a file of the host", TestTar.top().hardLink("./a", "/etc/shadow"));
        cases.put("link to a parent's", TestTar.top().hardLink("./a", "./../a"));
        cases.put(
                "link by an extension",
                TestTar.top().extended("linkpath", "/etc/shadow").hardLink("./a", "./b"));
        cases.put("no directory", TestTar.top().file("./a/b"));
        cases.put("a device", TestTar.top().member('4', "./a", "", ""));
        cases.put(
                "GNU's long name",
                TestTar.top().member('L', "./a", "", "/etc/passwd").file("./b"));
        cases.put("a global header", TestTar.top().member('g', "./a", "", "8 path=/\n"));
        cases.put("the host's id", TestTar.top().member('0', "./a", "", "", 65_536));
        cases.put(
                "the host's id by an extension",
                TestTar.top().extended("uid", "65536").file("./a"));
        cases.put(
                "an unknown extension",
                TestTar.top().extended("GNU.dumpdir", "x").file("./a"));
        cases.put("an empty part", TestTar.top().file("./a//b"));
        cases.put("a directory as a file", TestTar.top().file("./a/"));
        cases.put(
                "two extensions",
                TestTar.top().extended("path", "./a").extended("path", "./b").file("./c"));
        return cases;
    }

    @Test
    void whatEndsEarlyIsNotTaken() throws IOException {
        Path file = TestTar.top().file("./a").writeCut(directory.resolve("cut"));
        assertThrows(ExplainedException.class, () -> ArchiveCheck.check(file));
    }
}
