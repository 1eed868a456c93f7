package dev.berth.evidence;

import dev.berth.units.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The rows of {@code readings/VPS/NODE.txt}: words and a space between them. A {@code key} comes before the first batch that is signed with
 * it, a {@code batch} before the first reading that came in it. Readings are in the order of the journal.
 */
public final class Rows {
    static final String NONE = "-";

    private Rows() {}

    public static String file(UUID vps, NodeId node) {
        return "readings/%s/%s.txt".formatted(vps, node);
    }

    /** The first row. */
    public static String head(UUID vps, NodeId node, String nodeName) {
        return "node %s %s %s\n".formatted(vps, node, nodeName);
    }

    /**
     * @param number 1, 2, … within the file
     * @param der base64 of a public key's DER form
     */
    public static String key(int number, String der) {
        return "key %d %s\n".formatted(number, der);
    }

    /**
     * A batch as the node signed it.
     *
     * @param signature over the hash of its last record
     * @param leavesFrom its first record, and the root's signature; empty from a node that signs no root
     */
    public record Batch(
            long firstSeq,
            long lastSeq,
            int key,
            String signature,
            Optional<Long> leavesFrom,
            Optional<String> rootSignature) {
        public String row() {
            return "batch %d %d %d %s %s %s\n"
                    .formatted(
                            firstSeq,
                            lastSeq,
                            key,
                            signature,
                            leavesFrom.map(Object::toString).orElse(NONE),
                            rootSignature.orElse(NONE));
        }

        static Batch parse(String[] f) {
            Optional<Long> from =
                    Optional.of(f[5]).filter(text -> !text.equals(NONE)).map(Long::valueOf);
            Optional<String> root = Optional.of(f[6]).filter(text -> !text.equals(NONE));
            if (f.length != 7 || from.isPresent() != root.isPresent()) {
                throw new BundleException("a batch has not the right form");
            }
            return new Batch(Long.parseLong(f[1]), Long.parseLong(f[2]), Integer.parseInt(f[3]), f[4], from, root);
        }

        boolean has(long seq) {
            return seq >= leavesFrom.orElse(firstSeq) && seq <= lastSeq;
        }
    }

    /**
     * @param effectiveMillis the node's clock, but never before the VPS's reading before
     * @param path from the record's hash to the batch's root; empty where there is none
     * @param text canonical, without line feeds
     */
    public record Entry(
            long seq, long effectiveMillis, String prevHash, String hash, Optional<List<String>> path, String text) {
        private static final int FIELDS = 7;
        private static final String ROOT_ITSELF = ".";

        public Entry {
            path = path.map(List::copyOf);
        }

        public String row() {
            String way = path.map(p -> p.isEmpty() ? ROOT_ITSELF : String.join(",", p))
                    .orElse(NONE);
            String oneLine = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
            return "reading %d %d %s %s %s %s\n".formatted(seq, effectiveMillis, prevHash, hash, way, oneLine);
        }

        static Entry parse(String row) {
            String[] f = row.split(" ", FIELDS);
            Optional<List<String>> path = switch (f[5]) {
                case NONE -> Optional.empty();
                case ROOT_ITSELF -> Optional.of(List.of());
                case String way -> Optional.of(List.of(way.split(",", -1)));
            };
            return new Entry(Long.parseLong(f[1]), Long.parseLong(f[2]), f[3], f[4], path, unescaped(f[6]));
        }

        private static String unescaped(String text) {
            if (text.indexOf('\\') < 0) {
                return text;
            }
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\') {
                    i++;
                    out.append(meant(text.charAt(i)));
                } else {
                    out.append(c);
                }
            }
            return out.toString();
        }

        private static char meant(char escaped) {
            return switch (escaped) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                default -> escaped;
            };
        }
    }
}
