package dev.berth.node.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs test classes without Maven, where there is only a JDK: {@code Suite NAME REPORT CLASS…}. The report is what Maven's runner
 * would have written, as far as its counts go; a suite that ran nothing has failed.
 */
public final class Suite implements TestExecutionListener {
    private final PrintStream out;
    private final Map<String, Long> started = new ConcurrentHashMap<>();
    private final StringBuilder cases = new StringBuilder();
    private int passed;
    private int failed;
    private int skipped;

    private Suite(PrintStream out) {
        this.out = out;
    }

    /** Arguments: a name for the report, its file, and full names of test classes. */
    public static void main(String... arguments) throws IOException {
        Suite suite = new Suite(System.out);
        List<String> classes = List.of(arguments).subList(2, arguments.length);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(classes.stream().map(name -> selectClass(name)).toList())
                // The other engines would look through everything on the class path.
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build();
        LauncherFactory.create().execute(request, suite);
        Files.writeString(Path.of(arguments[1]), suite.report(arguments[0]));
        System.exit(suite.failed == 0 && suite.passed > 0 ? 0 : 1);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped++;
        add(test, 0, "<skipped/>");
        out.printf("skipped %s: %s%n", name(test), reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Optional<Throwable> failure = result.getThrowable();
        // A container counts only when it fails: then nothing in it ran.
        if (!test.isTest() && failure.isEmpty()) {
            return;
        }
        long millis = (System.nanoTime() - started.getOrDefault(test.getUniqueId(), System.nanoTime())) / 1_000_000;
        failure.ifPresentOrElse(
                cause -> {
                    failed++;
                    add(test, millis, "<failure message=\"%s\"/>".formatted(escaped(cause.toString())));
                    out.printf("FAILED %s (%d ms)%n", name(test), millis);
                    cause.printStackTrace(out);
                },
                () -> {
                    passed++;
                    add(test, millis, "");
                    out.printf("passed %s (%d ms)%n", name(test), millis);
                });
    }

    private void add(TestIdentifier test, long millis, String content) {
        cases.append("  <testcase name=\"%s\" time=\"%d.%03d\">%s</testcase>\n"
                .formatted(escaped(name(test)), millis / 1000, millis % 1000, content));
    }

    private static String name(TestIdentifier test) {
        String[] parts = test.getUniqueIdObject().getSegments().stream()
                .skip(1)
                .map(segment -> segment.getValue().replaceFirst("^.*\\.", ""))
                .toArray(String[]::new);
        return String.join(" ", parts);
    }

    private String report(String name) {
        return String.format(
                Locale.ROOT,
                "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">%n%s</testsuite>%n",
                escaped(name),
                passed + failed + skipped,
                failed,
                skipped,
                cases);
    }

    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
