package dev.berth.node.cli;

import dev.berth.node.daemon.DaemonConfig;
import dev.berth.node.daemon.Options;
import dev.berth.node.daemon.UsageException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import java.util.Locale;

/** Entry point. Only {@code run} starts Quarkus; all other commands are over before it would have begun. */
@QuarkusMain
public final class Berthd {
    private Berthd() {}

    /** Numbers in names and rules are digits of ASCII, whatever language the host speaks. */
    public static void main(String... arguments) {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        List<String> words = List.of(arguments);
        if (words.isEmpty() || !words.getFirst().equals("run")) {
            System.exit(new Commands(System.in, System.out, System.err, System.getenv()).run(words));
        }
        try {
            DaemonConfig.of(Options.parse(words.subList(1, words.size()), System.getenv()));
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.print(Commands.USAGE_TEXT);
            System.exit(Commands.USAGE);
        }
        Quarkus.run(DaemonApplication.class, arguments);
    }
}
