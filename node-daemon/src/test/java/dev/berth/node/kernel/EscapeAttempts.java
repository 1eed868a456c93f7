package dev.berth.node.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a context's root may try against its host, read from {@code escape/attempts.txt}: {@code #} a group, {@code ?} a name,
 * {@code =} what holds it, {@code !} why it is possible all the same, then a shell script that ends with 0 when it succeeded.
 */
final class EscapeAttempts {
    private static final String TABLE = """
            # Escape suite

            What root inside a context tries against its host and its neighbours. `EscapeKernelIT` runs each line twice in a context on a real
            kernel, as the context's root and again as root of further namespaces made inside it, and fails when one succeeds that is not
            marked so here. The table is generated from the attempts (`mvn test -Dtest=EscapeAttemptsTest -Dberth.escape.write=true`).
            Packets under foreign addresses, raised limits and hostile files are in the same test, checked from the host.

            Not attempts: io_uring, new namespaces of every kind, and mounts inside them work as on any Linux, and give no right beyond the
            context's own.

            | group | attempt | result | held by |
            |---|---|---|---|
            """;

    /** @param possible why it succeeds, empty where it must not */
    record Attempt(String group, String name, String heldBy, Optional<String> possible, String script) {
        String row() {
            return "| %s | %s | %s | %s |\n"
                    .formatted(
                            group,
                            name,
                            possible.isEmpty() ? "refused" : "**possible**",
                            possible.map("nothing: "::concat).orElse(heldBy));
        }
    }

    /** @param exitCode of the attempt's script: 0 is an escape */
    record Outcome(Attempt attempt, int exitCode, String said) {
        /** A program that is not there or a call that was asked wrongly proves nothing. */
        boolean tried() {
            return exitCode < 124;
        }

        boolean escaped() {
            return exitCode == 0 && attempt.possible().isEmpty();
        }

        @Override
        public String toString() {
            return "%s: %s -> %d %s".formatted(attempt.group(), attempt.name(), exitCode, said);
        }
    }

    private EscapeAttempts() {}

    static List<Attempt> all() throws IOException {
        List<Attempt> attempts = new ArrayList<>();
        String group = "";
        for (String block : resource("attempts.txt").split("\n(?=[#?] )", -1)) {
            if (block.startsWith("# ")) {
                group = block.substring(2).strip();
            } else {
                attempts.add(attempt(group, block.lines().toList()));
            }
        }
        return List.copyOf(attempts);
    }

    private static Attempt attempt(String group, List<String> lines) {
        return new Attempt(
                group,
                marked(lines, "? ").orElseThrow(),
                marked(lines, "= ").orElseThrow(),
                marked(lines, "! "),
                marked(lines, "  ").orElseThrow());
    }

    private static Optional<String> marked(List<String> lines, String mark) {
        return lines.stream()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .findFirst();
    }

    static String table() throws IOException {
        StringBuilder text = new StringBuilder(TABLE);
        all().forEach(attempt -> text.append(attempt.row()));
        return text.toString();
    }

    static List<String> groups() throws IOException {
        return all().stream().map(Attempt::group).distinct().toList();
    }

    /** A script that makes each attempt of a group in a directory of its own and says its number, its end and its last words. */
    static String runner(String group, Map<String, String> environment) throws IOException {
        StringBuilder text = new StringBuilder("D=$(mktemp -d) && cd $D && mkdir bin || exit 125\n");
        environment.forEach((name, value) -> text.append("export %s='%s'\n".formatted(name, value)));
        text.append("export PATH=$D/bin:$PATH\n");
        text.append("cat > bin/sys.pl <<'END'\n").append(resource("sys.pl")).append("END\n");
        text.append("printf '#!/bin/sh\\nexec perl %s \"$@\"\\n' $D/bin/sys.pl > bin/sys; chmod +x bin/sys\n");
        List<Attempt> attempts = all();
        for (int number = 0; number < attempts.size(); number++) {
            Attempt attempt = attempts.get(number);
            if (!attempt.group().equals(group)) {
                continue;
            }
            text.append("mkdir %1$d; cat > %1$d/try <<'END'\n%2$s\nEND\n".formatted(number, attempt.script()));
            text.append("(cd %1$d && timeout 30 sh ./try > out 2>&1 < /dev/null)\n".formatted(number));
            text.append("printf '%%s|%%s|%%s\\n' %1$d $? \"$(tail -n 1 %1$d/out | tr -d '\\000' | cut -c 1-120)\"\n"
                    .formatted(number));
        }
        return text.toString();
    }

    static List<Outcome> outcomes(String output) throws IOException {
        List<Attempt> attempts = all();
        return output.lines()
                .map(line -> line.split("\\|", 3))
                .filter(words -> words.length == 3 && words[0].matches("[0-9]{1,4}"))
                .map(words ->
                        new Outcome(attempts.get(Integer.parseInt(words[0])), Integer.parseInt(words[1]), words[2]))
                .toList();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = EscapeAttempts.class.getResourceAsStream("/escape/" + name)) {
            if (in == null) {
                throw new IOException("no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
