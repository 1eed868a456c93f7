package dev.berth.node.cli;

import dev.berth.contract.Observed.ContextStatus;
import dev.berth.node.daemon.DaemonConfig;
import dev.berth.node.daemon.Options;
import dev.berth.node.daemon.UsageException;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.Finding;
import dev.berth.node.image.HeldImages;
import dev.berth.node.json.Json;
import dev.berth.node.local.Responder;
import dev.berth.node.store.Database;
import dev.berth.node.store.Journal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every command but {@code run}. Exit codes: 0 well, 1 not well, 2 not understood, 3 no daemon there. */
final class Commands {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NO_DAEMON = 3;

    static final String USAGE_TEXT = """
            berthd run [--simulated] [--data-dir DIR] [--portal https://HOST:PORT] [--name NAME] [--join-token-file FILE]
                       [--cgroup-root NAME] [--nft-table NAME] [--store-bytes N] [--nameservers A,B]
                       [--image-keys FILE]
            berthd ps | images | doctor | verify | metrics | health   [--data-dir DIR]
            berthd show ID                                   [--data-dir DIR]
            berthd console ID                                [--data-dir DIR]
            berthd exec ID [--data-dir DIR] -- COMMAND …
            Every option can be given in the environment: --data-dir as BERTH_DATA_DIR.
            """;

    private static final long EXEC_SECONDS = 60;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    Commands(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int run(List<String> words) {
        try {
            return dispatch(words);
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.print(USAGE_TEXT);
            return USAGE;
        } catch (IOException e) {
            err.println("no berthd answers: " + e.getMessage());
            return NO_DAEMON;
        }
    }

    private int dispatch(List<String> words) throws IOException {
        String command = words.isEmpty() ? "help" : words.getFirst();
        List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
        return switch (command) {
            case "ps" -> ps(client(rest));
            case "images" -> images(client(rest));
            case "show" -> show(rest);
            case "exec" -> exec(rest);
            case "console" -> console(rest);
            case "doctor" -> doctor(rest);
            case "verify" -> verify(rest);
            case "metrics" -> printed(client(rest).get("/metrics"));
            case "health" -> printed(client(rest).get("/health"));
            case "help", "--help", "-h" -> help();
            default -> throw new UsageException(List.of("there is no command '%s'".formatted(command)));
        };
    }

    private int help() {
        out.print(USAGE_TEXT);
        return OK;
    }

    private int ps(LocalClient client) throws IOException {
        LocalClient.Answer answer = client.get("/contexts");
        if (answer.status() != 200) {
            return printed(answer);
        }
        out.printf("%-36s  %-11s  %10s  %s%n", "CONTEXT", "STATE", "GENERATION", "FAILURE");
        for (ContextStatus s : Json.read(answer.body(), ContextStatus[].class)) {
            out.printf(
                    "%-36s  %-11s  %10d  %s%n",
                    s.contextId(), s.state(), s.generation(), s.failure().orElse("-"));
        }
        return OK;
    }

    private int images(LocalClient client) throws IOException {
        LocalClient.Answer answer = client.get("/images");
        if (answer.status() != 200) {
            return printed(answer);
        }
        out.printf("%-71s  %-16s  %12s  %-20s  %s%n", "DIGEST", "NAME", "BYTES", "UNUSED SINCE", "USED BY");
        for (HeldImages.Held image : Json.read(answer.body(), HeldImages.Held[].class)) {
            out.printf(
                    "%-71s  %-16s  %12s  %-20s  %s%n",
                    image.digest(),
                    image.name().orElse("-"),
                    image.sizeBytes().map(String::valueOf).orElse("-"),
                    image.unusedSinceMillis()
                            .map(millis -> Instant.ofEpochMilli(millis)
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .toString())
                            .orElse("-"),
                    usedBy(image));
        }
        return OK;
    }

    private static String usedBy(HeldImages.Held image) {
        List<String> users = new ArrayList<>(image.announced() ? List.of("the portal's announcement") : List.of());
        users.addAll(image.usedBy());
        return users.isEmpty() ? "-" : String.join(", ", users);
    }

    private int show(List<String> rest) throws IOException {
        return printed(client(afterId(rest)).get("/contexts/" + rest.getFirst()));
    }

    private int exec(List<String> rest) throws IOException {
        int dashes = rest.indexOf("--");
        if (dashes < 1 || dashes == rest.size() - 1) {
            throw new UsageException(List.of("exec needs an id, -- and a command"));
        }
        List<String> command = new ArrayList<>(rest.subList(dashes + 1, rest.size()));
        LocalClient client = client(afterId(rest.subList(0, dashes)));
        LocalClient.Answer answer =
                client.post("/contexts/%s/exec".formatted(rest.getFirst()), new Responder.Exec(command, EXEC_SECONDS));
        if (answer.status() != 200) {
            return printed(answer);
        }
        ExecResult result = answer.as(ExecResult.class);
        out.print(result.output());
        if (result.truncated()) {
            err.println("(output was cut off)");
        }
        return result.exitCode();
    }

    private int console(List<String> rest) throws IOException {
        Path socket = DaemonConfig.socket(DaemonConfig.dataDir(options(afterId(rest))));
        Optional<String> refused = new ConsoleClient(socket, in, out).run(rest.getFirst());
        refused.ifPresent(why -> err.println(why.stripTrailing()));
        return refused.isEmpty() ? OK : FAILED;
    }

    private int doctor(List<String> rest) throws IOException {
        Options options = options(rest);
        List<Finding> findings = running(options)
                ? List.of(client(options).get("/doctor").as(Finding[].class))
                : Hosts.host(DaemonConfig.of(options)).doctor();
        for (Finding f : findings) {
            out.printf("%-9s %-24s %s%s%n", f.level(), f.capability(), f.found(), remedy(f));
        }
        return findings.stream().anyMatch(f -> f.level() == Finding.Level.MISSING) ? FAILED : OK;
    }

    private static String remedy(Finding finding) {
        return finding.remedy().isEmpty() ? "" : " -> " + finding.remedy();
    }

    /** Works without a daemon too: the chain is on the disk. */
    private int verify(List<String> rest) throws IOException {
        Options options = options(rest);
        Journal.Check check;
        if (running(options)) {
            check = client(options).get("/verify").as(Journal.Check.class);
        } else {
            Path file = DaemonConfig.database(DaemonConfig.dataDir(options));
            if (!Files.exists(file)) {
                throw new IOException("there is no " + file);
            }
            try (Database database = Database.open(file)) {
                check = new Journal(database).check();
            }
        }
        Optional<String> broken = check.broken();
        out.printf(
                "journal %s: %d records, %d to %d, acknowledged up to %d%n",
                broken.isEmpty() ? "intact" : "BROKEN",
                check.records(),
                check.firstSeq(),
                check.lastSeq(),
                check.ackedSeq());
        broken.ifPresent(out::println);
        return broken.isEmpty() ? OK : FAILED;
    }

    private int printed(LocalClient.Answer answer) {
        boolean well = answer.status() == 200;
        (well ? out : err).println(answer.body().stripTrailing());
        return well ? OK : FAILED;
    }

    private boolean running(Options options) {
        return Files.exists(DaemonConfig.socket(DaemonConfig.dataDir(options)));
    }

    private LocalClient client(List<String> rest) {
        return client(options(rest));
    }

    private static LocalClient client(Options options) {
        return new LocalClient(DaemonConfig.socket(DaemonConfig.dataDir(options)));
    }

    private Options options(List<String> rest) {
        Options options = Options.parse(rest, environment);
        if (!options.faults().isEmpty()) {
            throw new UsageException(options.faults());
        }
        return options;
    }

    private static List<String> afterId(List<String> rest) {
        if (rest.isEmpty() || rest.getFirst().startsWith("--")) {
            throw new UsageException(List.of("an id is missing"));
        }
        return rest.subList(1, rest.size());
    }
}
