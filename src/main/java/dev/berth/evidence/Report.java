package dev.berth.evidence;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of checking a bundle.
 *
 * @param title which invoice it is of
 * @param lines in order
 * @param general what does not fit and belongs to no line
 * @param keys fingerprints of the nodes' keys, with the node's name
 */
public record Report(String title, List<Line> lines, List<String> general, List<String> keys) {
    public Report {
        lines = List.copyOf(lines);
        general = List.copyOf(general);
        keys = List.copyOf(keys);
    }

    /**
     * @param said what was found, for people
     * @param unsigned readings, or the line itself, that no signature of a node proves one by one
     * @param wrong what does not fit; empty for a line that is proved
     */
    public record Line(int n, String title, String said, int unsigned, List<String> wrong) {
        public Line {
            wrong = List.copyOf(wrong);
        }
    }

    /** How the check ended; the code is the command's exit code. */
    public enum Verdict {
        PROVED(0),
        WRONG(1),
        NOT_ALL_SIGNED(3);

        private final int code;

        Verdict(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    public Verdict verdict() {
        if (!general.isEmpty() || lines.stream().anyMatch(line -> !line.wrong().isEmpty())) {
            return Verdict.WRONG;
        }
        return lines.stream().anyMatch(line -> line.unsigned() > 0) ? Verdict.NOT_ALL_SIGNED : Verdict.PROVED;
    }

    /** In plain words, a line of text for each thing. */
    public String text() {
        List<String> out = new ArrayList<>();
        out.add(title);
        for (Line line : lines) {
            if (line.wrong().isEmpty()) {
                out.add("Line %d, %s: %s".formatted(line.n(), line.title(), line.said()));
            } else {
                out.add("Line %d, %s: DOES NOT FIT".formatted(line.n(), line.title()));
                line.wrong().forEach(what -> out.add("    " + what));
            }
        }
        general.forEach(what -> out.add("DOES NOT FIT: " + what));
        if (!keys.isEmpty()) {
            out.add("Keys of nodes that signed (compare them with those that your provider names):");
            keys.forEach(key -> out.add("    " + key));
        }
        out.add(
                switch (verdict()) {
                    case PROVED -> "Result: every line is proved.";
                    case WRONG -> "Result: this invoice is NOT proved by this bundle.";
                    case NOT_ALL_SIGNED ->
                        "Result: everything fits, but some lines or readings rest on the portal's word: no signature of a node proves them one by one.";
                });
        return String.join("\n", out) + "\n";
    }
}
