package dev.berth.node.kernel;

import java.util.Optional;

/** Files of lines {@code key value}, as {@code cpu.stat} or {@code /proc/meminfo}. */
final class FlatKeys {
    private FlatKeys() {}

    /** The first number after {@code key}; 0 when the file or the key is not there. */
    static long value(Optional<String> text, String key) {
        for (String line : text.orElse("").lines().toList()) {
            String[] words = line.strip().split("[ \t:]+", -1);
            if (words.length >= 2 && words[0].equals(key)) {
                return Long.parseLong(words[1]);
            }
        }
        return 0;
    }
}
