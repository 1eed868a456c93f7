package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code berth test mutation}: PIT puts mistakes into what computes money, one at a time, and the tests must notice. Prints every one
 * that nobody noticed.
 */
final class Mutation {
    private static final Duration LIMIT = Duration.ofMinutes(60);
    /** Of a hundred mistakes so many must be noticed. */
    private static final int LEAST_PERCENT = 85;

    private static final Pattern ONE =
            Pattern.compile("<mutation [^>]*status='([A-Z_]+)'.*?</mutation>", Pattern.DOTALL);

    private final Path root;
    private final Progress progress;

    Mutation(Path root, Progress progress) {
        this.root = root;
        this.progress = progress;
    }

    /** @param name of the mutator, the last part of its class */
    private record Survivor(String type, String method, String line, String name) {
        static Survivor of(String xml) {
            String mutator = between(xml, "<mutator>", "</mutator>");
            return new Survivor(
                    between(xml, "<mutatedClass>", "</mutatedClass>"),
                    between(xml, "<mutatedMethod>", "</mutatedMethod>"),
                    between(xml, "<lineNumber>", "</lineNumber>"),
                    mutator.substring(mutator.lastIndexOf('.') + 1));
        }

        private static String between(String text, String open, String close) {
            int start = text.indexOf(open);
            int end = text.indexOf(close, start);
            return start < 0 || end < 0 ? "" : text.substring(start + open.length(), end);
        }

        @Override
        public String toString() {
            return "%s.%s, line %s: %s".formatted(type, method, line, name);
        }
    }

    /** Mistakes that were noticed count as passed; the whole fails when they are too few. */
    Tests.Counts run(Path log) throws Exception {
        Path report = root.resolve("target/pit-reports/mutations.xml");
        Files.deleteIfExists(report);
        int code = progress.step(
                "test mutation",
                () -> Builds.command(List.of(
                                "mvn", "-B", "-ntp", "test-compile", "org.pitest:pitest-maven:mutationCoverage"))
                        .in(root)
                        .within(LIMIT)
                        .runEach(log, _ -> {}));
        if (!Files.exists(report)) {
            throw new Failure(Failure.TESTS, "PIT ended with %d and left no report (log: %s)".formatted(code, log));
        }
        return judged(Files.readString(report));
    }

    private Tests.Counts judged(String report) throws IOException {
        int noticed = 0;
        List<Survivor> survivors = new ArrayList<>();
        Matcher one = ONE.matcher(report);
        while (one.find()) {
            boolean killed =
                    List.of("KILLED", "TIMED_OUT", "MEMORY_ERROR", "RUN_ERROR").contains(one.group(1));
            if (killed) {
                noticed++;
            } else {
                survivors.add(Survivor.of(one.group()));
            }
        }
        int all = noticed + survivors.size();
        survivors.forEach(survivor -> progress.say("survived: " + survivor));
        progress.say("mutation: %d of %d mistakes were noticed".formatted(noticed, all));
        boolean enough = all > 0 && noticed * 100 >= all * LEAST_PERCENT;
        return new Tests.Counts(noticed, enough ? 0 : survivors.size(), 0);
    }
}
