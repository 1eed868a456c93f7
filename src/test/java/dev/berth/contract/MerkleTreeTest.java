package dev.berth.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
    private static List<String> hashes(int count) {
        return IntStream.range(0, count).mapToObj("%064x"::formatted).toList();
    }

    @Test
    void everyLeafOfEverySizeLeadsToTheRoot() {
        for (int size = 1; size <= 70; size++) {
            List<String> hashes = hashes(size);
            MerkleTree tree = MerkleTree.of(hashes);
            for (int i = 0; i < size; i++) {
                List<String> path = tree.path(i);
                assertEquals(Optional.of(tree.root()), MerkleTree.rootOf(hashes.get(i), i, size, path));
            }
        }
    }

    /** RFC 6962's own, recursive definition, written down once more. */
    private static byte[] defined(List<String> hashes) throws NoSuchAlgorithmException {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        if (hashes.size() == 1) {
            sha.update((byte) 0);
            return sha.digest(HexFormat.of().parseHex(hashes.getFirst()));
        }
        int split = Integer.highestOneBit(hashes.size() - 1);
        byte[] left = defined(hashes.subList(0, split));
        byte[] right = defined(hashes.subList(split, hashes.size()));
        sha.update((byte) 1);
        sha.update(left);
        return sha.digest(right);
    }

    @Test
    void theRootIsThatOfTheStandard() throws NoSuchAlgorithmException {
        for (int size : new int[] {1, 2, 3, 5, 7, 8, 9, 100, Readings.MAX_RECORDS}) {
            assertEquals(
                    HexFormat.of().formatHex(defined(hashes(size))),
                    MerkleTree.of(hashes(size)).root());
        }
        assertTrue(MerkleTree.of(hashes(Readings.MAX_RECORDS)).path(0).size() <= MerkleTree.MAX_PATH);
    }

    @Test
    void nothingElseLeadsThere() {
        List<String> hashes = hashes(11);
        MerkleTree tree = MerkleTree.of(hashes);
        List<String> path = tree.path(4);
        Optional<String> root = Optional.of(tree.root());

        assertNotEquals(root, MerkleTree.rootOf(hashes.get(5), 4, 11, path));
        assertNotEquals(root, MerkleTree.rootOf(hashes.get(4), 5, 11, path));
        assertEquals(Optional.empty(), MerkleTree.rootOf(hashes.get(4), 4, 11, path.subList(1, path.size())));
        List<String> longer = new ArrayList<>(path);
        longer.add(hashes.get(0));
        assertEquals(Optional.empty(), MerkleTree.rootOf(hashes.get(4), 4, 11, longer));
        assertEquals(Optional.empty(), MerkleTree.rootOf(hashes.get(4), 11, 11, path));
        assertNotEquals(root.get(), MerkleTree.of(hashes(10)).root());
        assertThrows(IllegalArgumentException.class, () -> MerkleTree.of(List.of()));
    }

    @Test
    void theSignedTextIsFixedForEver() {
        assertEquals(
                "berth-readings-root|v1|3|7|ab",
                new String(MerkleTree.signedText(3, 7, "ab"), StandardCharsets.US_ASCII));
    }
}
