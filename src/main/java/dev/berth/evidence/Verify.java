package dev.berth.evidence;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** {@code ./berth verify BUNDLE.zip}: what runs on a customer's machine, without portal, database or network. */
public final class Verify {
    static final int USAGE = 2;

    private Verify() {}

    /** A bundle's rows have digits of ASCII, whatever the machine's language writes. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        System.exit(run(List.of(arguments), new PrintStream(System.out, true, StandardCharsets.UTF_8)));
    }

    /** @return the exit code: 0 proved, 1 something does not fit, 2 no bundle, 3 fits but not all is signed */
    public static int run(List<String> arguments, PrintStream out) {
        if (arguments.size() != 1 || !Files.isRegularFile(Path.of(arguments.getFirst()))) {
            out.println("usage: ./berth verify BUNDLE.zip (a file)");
            return USAGE;
        }
        try (ZipSource source = new ZipSource(Path.of(arguments.getFirst()))) {
            Report report = Verifier.verify(source);
            out.print(report.text());
            return report.verdict().code();
        } catch (IOException | BundleException e) {
            out.println("This file cannot be read as a bundle: " + e.getMessage());
            return USAGE;
        }
    }
}
