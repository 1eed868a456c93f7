package dev.berth.node.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** {@code /etc/shadow} (shadow(5)): root's password is set in it, all else stays byte for byte. */
final class Shadow {
    static final String PATH = "etc/shadow";
    static final int MODE = 0640;

    /** A longer one is not believed to be one. */
    static final int MAX_BYTES = 1 << 20;

    private static final String ROOT = "root:";

    private Shadow() {}

    /** @param before what is there, empty for nothing */
    static byte[] withRootPassword(byte[] before, String hash) {
        List<String> lines = new ArrayList<>();
        boolean found = false;
        for (String line : new String(before, ISO_8859_1).lines().toList()) {
            boolean root = line.startsWith(ROOT);
            // A second line of root's would be another password that opens the door.
            if (root && !found) {
                lines.add(replaced(line, hash));
            } else if (!root) {
                lines.add(line);
            }
            found |= root;
        }
        if (!found) {
            lines.addFirst(ROOT + hash + ":::::::");
        }
        return (String.join("\n", lines) + "\n").getBytes(ISO_8859_1);
    }

    private static String replaced(String line, String hash) {
        int end = line.indexOf(':', ROOT.length());
        return ROOT + hash + (end < 0 ? ":::::::" : line.substring(end));
    }
}
