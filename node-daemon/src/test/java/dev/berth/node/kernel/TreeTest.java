package dev.berth.node.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a customer may do to their tree to make the daemon write elsewhere. */
class TreeTest {
    private static final byte[] CONTENT = "content".getBytes(UTF_8);

    @TempDir
    Path directory;

    private Path outside;
    private Path inside;
    private Tree tree;

    @BeforeEach
    void make() throws IOException {
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("victim"), "untouched");
        inside = Files.createDirectory(directory.resolve("inside"));
        tree = Tree.open(inside, ((Number) Files.getAttribute(directory, "unix:uid")).longValue());
    }

    @AfterEach
    void close() throws IOException {
        tree.close();
        assertEquals("untouched", Files.readString(outside.resolve("victim")));
        assertEquals(1, Directories.names(outside).size());
    }

    @Test
    void missingDirectoriesAreMade() throws IOException {
        tree.write("a/b/file", CONTENT, 0600);
        assertEquals("content", Files.readString(inside.resolve("a/b/file")));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(inside.resolve("a/b/file"))));
        assertEquals(1, Directories.names(inside.resolve("a/b")).size());
    }

    @Test
    void aLinkInPlaceOfTheFileIsReplaced() throws IOException {
        Files.createSymbolicLink(inside.resolve("file"), outside.resolve("victim"));
        tree.write("file", CONTENT, 0644);
        assertFalse(Files.isSymbolicLink(inside.resolve("file")));
        assertEquals("content", Files.readString(inside.resolve("file")));
    }

    @Test
    void aHardLinkIsNotWrittenThrough() throws IOException {
        Files.createLink(inside.resolve("file"), outside.resolve("victim"));
        tree.write("file", CONTENT, 0644);
        assertEquals("content", Files.readString(inside.resolve("file")));
    }

    @Test
    void anAbsoluteLinkInPlaceOfADirectoryStaysInside() throws IOException {
        Files.createSymbolicLink(inside.resolve("etc"), outside);
        assertThrows(SyscallException.class, () -> tree.write("etc/victim", CONTENT, 0644));
    }

    @Test
    void aLinkUpwardsStaysInside() throws IOException {
        Files.createSymbolicLink(inside.resolve("etc"), Path.of("../../outside"));
        Files.createDirectory(inside.resolve("outside"));
        tree.write("etc/victim", CONTENT, 0644);
        assertEquals("content", Files.readString(inside.resolve("outside/victim")));
    }

    @Test
    void aDirectoryInPlaceOfTheFileIsAFailure() throws IOException {
        Files.createDirectory(inside.resolve("file"));
        assertThrows(SyscallException.class, () -> tree.write("file", CONTENT, 0644));
        assertEquals(1, Directories.names(inside).size());
    }

    @Test
    void whatIsStagedHasItsNameOnlyAfterTheCommit() throws IOException {
        Files.writeString(inside.resolve("one"), "old");
        tree.stage("one", CONTENT, 0644);
        tree.stage("a/two", CONTENT, 0600);
        assertEquals("old", Files.readString(inside.resolve("one")));
        assertFalse(Files.exists(inside.resolve("a/two")));

        tree.commit();
        assertEquals("content", Files.readString(inside.resolve("one")));
        assertEquals("content", Files.readString(inside.resolve("a/two")));
        assertEquals(2, Directories.names(inside).size());
    }

    @Test
    void whatIsStagedAndNotCommittedLeavesNothing() throws IOException {
        try (Tree other = Tree.open(inside, ((Number) Files.getAttribute(directory, "unix:uid")).longValue())) {
            other.stage("file", CONTENT, 0644);
        }
        assertEquals(0, Directories.names(inside).size());
    }

    @Test
    void readingFollowsNoLinkOut() throws IOException {
        Files.createSymbolicLink(inside.resolve("file"), outside.resolve("victim"));
        Files.createSymbolicLink(inside.resolve("etc"), outside);
        assertEquals(Optional.empty(), tree.read("file", 100));
        assertEquals(Optional.empty(), tree.read("etc/victim", 100));
    }

    @Test
    void readingIsBoundedAndWaitsForNobody() throws IOException {
        Files.writeString(inside.resolve("file"), "0123456789");
        new Programs()
                .check(Programs.Command.of("mkfifo", inside.resolve("fifo").toString()));
        assertArrayEquals("01234".getBytes(UTF_8), tree.read("file", 5).orElseThrow());
        assertEquals(0, tree.read("fifo", 5).orElseThrow().length);
        assertTrue(Files.exists(inside.resolve("fifo"), LinkOption.NOFOLLOW_LINKS));
    }
}
