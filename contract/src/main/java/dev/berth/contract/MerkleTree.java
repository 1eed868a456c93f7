package dev.berth.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The Merkle tree of RFC 6962 (section 2.1) over the hashes of a batch's records: whoever has its signed root and the path of one
 * record knows that the node wrote this record, and learns nothing of the others but hashes.
 *
 * <p>A leaf is SHA-256 of a zero byte and the record's hash in raw bytes, a node SHA-256 of a one byte and its two children: neither
 * can be taken for the other. Hashes are lower-case hexadecimal.
 */
public final class MerkleTree {
    private static final HexFormat HEX = HexFormat.of();

    /** As many steps as lead to the root of {@link Readings#MAX_RECORDS} leaves. */
    public static final int MAX_PATH = 10;

    private final List<List<byte[]>> levels = new ArrayList<>();

    private MerkleTree(List<String> hashes) {
        List<byte[]> level =
                hashes.stream().map(hash -> leaf(HEX.parseHex(hash))).toList();
        levels.add(level);
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                above.add(i + 1 < level.size() ? node(level.get(i), level.get(i + 1)) : level.get(i));
            }
            level = List.copyOf(above);
            levels.add(level);
        }
    }

    /** @throws IllegalArgumentException without a leaf */
    public static MerkleTree of(List<String> hashes) {
        if (hashes.isEmpty()) {
            throw new IllegalArgumentException("a tree has a leaf at least");
        }
        return new MerkleTree(hashes);
    }

    public String root() {
        return HEX.formatHex(levels.getLast().getFirst());
    }

    /** The hashes beside the way from a leaf up to the root, the lowest first. */
    public List<String> path(int index) {
        List<String> path = new ArrayList<>();
        int place = index;
        for (List<byte[]> level : levels) {
            int beside = place ^ 1;
            if (beside < level.size()) {
                path.add(HEX.formatHex(level.get(beside)));
            }
            place >>= 1;
        }
        return List.copyOf(path);
    }

    /** The root that a leaf and its path lead to; empty when a path of this length leads nowhere. */
    public static Optional<String> rootOf(String hash, int index, int size, List<String> path) {
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        byte[] current = leaf(HEX.parseHex(hash));
        int used = 0;
        int place = index;
        for (int width = size; width > 1; width = (width + 1) >> 1) {
            if ((place ^ 1) < width) {
                if (used == path.size()) {
                    return Optional.empty();
                }
                byte[] beside = HEX.parseHex(path.get(used));
                current = (place & 1) == 0 ? node(current, beside) : node(beside, current);
                used++;
            }
            place >>= 1;
        }
        return used == path.size() ? Optional.of(HEX.formatHex(current)) : Optional.empty();
    }

    /** What a node signs (SHA256withECDSA): which records the tree is over, and its root. */
    public static byte[] signedText(long firstSeq, long lastSeq, String root) {
        return ("berth-readings-root|v1|" + firstSeq + "|" + lastSeq + "|" + root).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] leaf(byte[] hash) {
        return sha256((byte) 0, hash, new byte[0]);
    }

    private static byte[] node(byte[] left, byte[] right) {
        return sha256((byte) 1, left, right);
    }

    private static byte[] sha256(byte domain, byte[] first, byte[] second) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(domain);
            digest.update(first);
            return digest.digest(second);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
