package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code berth test [unit|portal|node|node-host|e2e|kill|node-qemu|mutation|kill-billing]}. The classes of a part are known by the ends of their names: {@code *Test} and
 * {@code *Properties} need nothing, {@code *IT} real servers, {@code *KernelIT} root and a kernel, {@code *E2E} everything.
 */
final class Tests {
    static final int READING_SECONDS = 10;
    private static final int PORT_BASE = 18_400;
    private static final int PORTS = 10;
    private static final int CHOICES = 5;
    private static final String KILL_BILLING = "kill-billing";
    private static final String KILLS = "--kills";
    private static final List<String> ALL = List.of("unit", "portal", "node", "node-host", "e2e", "kill");
    /** Only when named: a step before a release, too slow for every change. */
    private static final List<String> RELEASE = List.of("node-qemu", "mutation", KILL_BILLING);

    private static final List<String> MACHINE = List.of("e2e", "kill");
    private static final Duration MAVEN_LIMIT = Duration.ofMinutes(20);

    private final Instance instance;
    private final PrintStream out;
    private final Progress progress;
    private Counts total = Counts.NONE;
    private int failedRuns;
    private int deaths = KillBilling.USUAL;

    Tests(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
        this.progress = new Progress(out);
    }

    int run(List<String> arguments) throws Exception {
        int kills = arguments.indexOf(KILLS);
        List<String> parts = arguments.isEmpty() ? ALL : kills < 0 ? arguments : arguments.subList(0, kills);
        if (kills >= 0) {
            deaths = deaths(arguments.subList(kills + 1, arguments.size()));
        }
        List<String> unknown = parts.stream()
                .filter(part -> !ALL.contains(part) && !RELEASE.contains(part))
                .toList();
        if (!unknown.isEmpty()) {
            throw new Failure(
                    Failure.USAGE,
                    "there is no test part '%s'; parts: %s"
                            .formatted(
                                    unknown,
                                    Stream.concat(ALL.stream(), RELEASE.stream())
                                            .toList()));
        }
        List<String> installed = new Packages(instance.settings).ensureForTests(parts);
        if (!installed.isEmpty()) {
            progress.say("installed packages: " + String.join(" ", installed));
        }
        for (String part :
                parts.stream().filter(part -> !MACHINE.contains(part)).toList()) {
            part(part);
        }
        List<String> onMachine = parts.stream().filter(MACHINE::contains).toList();
        if (!onMachine.isEmpty()) {
            machine(onMachine);
        }
        out.println();
        out.println(total.passed() + " passed, " + (total.failed() + failedRuns) + " failed");
        return total.passed() > 0 && total.failed() + failedRuns == 0 ? 0 : Failure.TESTS;
    }

    private static int deaths(List<String> after) {
        try {
            int number = after.size() == 1 ? Integer.parseInt(after.getFirst()) : 0;
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the sentence below
        }
        throw new Failure(Failure.USAGE, "usage: ./berth test kill-billing [--kills N]");
    }

    private void killBilling() throws Exception {
        try {
            add(
                    KILL_BILLING,
                    KillBilling.in(instance.settings, progress, deaths).run());
        } catch (IOException | Failure e) {
            progress.say("test kill-billing: given up: " + e.getMessage());
            failedRuns++;
        }
    }

    private void part(String part) throws Exception {
        switch (part) {
            case KILL_BILLING -> killBilling();
            case "unit" -> {
                maven("unit: portal", root(), List.of("spotless:check", "test"), List.of(without(withServers())));
                maven("unit: node", nodeRoot(), List.of("spotless:check", "test"), List.of());
            }
            case "portal" ->
                maven("portal", root(), List.of("test"), List.of("-Dtest=*IT," + String.join(",", withServers())));
            case "node" -> node();
            case "node-host" -> nodeHost(part, NodeHost.inUserMode(instance, progress));
            case "mutation" ->
                add("mutation", new Mutation(root(), progress).run(instance.settings.log("test-mutation")));
            case "node-qemu" -> nodeHost(part, NodeHost.onQemu(instance, progress));
            default -> throw new IllegalStateException(part);
        }
    }

    private void node() throws Exception {
        List<Path> images = images(List.of(Images.DEBIAN_12, Images.DEBIAN_12_CLOUD));
        maven(
                "node",
                nodeRoot(),
                List.of("test"),
                List.of(
                        "-Dtest=*KernelIT",
                        "-Dberth.test.image=" + images.getFirst(),
                        "-Dberth.test.cloud-image=" + images.getLast()));
    }

    /** Archives of images, which are built at the same time where they are not there yet. */
    private List<Path> images(List<String> names) throws Exception {
        List<Future<Path>> started = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String name : names) {
                started.add(threads.submit(() -> progress.step("image " + name, () -> instance.images.ensure(name))
                        .archive()));
            }
        }
        List<Path> archives = new ArrayList<>();
        for (Future<Path> one : started) {
            try {
                archives.add(one.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return archives;
    }

    private void nodeHost(String part, NodeHost hosts) throws Exception {
        try {
            add(part, hosts.run());
        } catch (IOException | Failure e) {
            progress.say("test " + part + ": given up: " + e.getMessage());
            failedRuns++;
        }
    }

    /** Test classes of the portal that start it, on real servers: what they are annotated with says so, not their name. */
    private List<String> withServers() throws IOException {
        try (Stream<Path> files = Files.walk(root().resolve("src/test/java"))) {
            List<String> found = new ArrayList<>();
            for (Path file : files.filter(file -> file.toString().endsWith("Test.java"))
                    .sorted()
                    .toList()) {
                if (Files.readString(file).contains("@QuarkusTest")) {
                    found.add(file.getFileName().toString().replace(".java", ""));
                }
            }
            return found;
        }
    }

    private static String without(List<String> classes) {
        StringBuilder pattern = new StringBuilder("-Dtest=*Test,*Properties");
        classes.forEach(name -> pattern.append(",!").append(name));
        return pattern.toString();
    }

    /** Parts that need everything: on an instance with its own directory, ports and control groups. */
    private void machine(List<String> parts) throws Exception {
        Map<String, String> environment = freeEnvironment();
        Instance under = new Instance(Settings.of(instance.settings.root(), environment), environment);
        try {
            if (berth(environment, "up") != 0) {
                failedRuns++;
                return;
            }
            if (parts.contains("e2e")) {
                browser(under);
            }
            if (parts.contains("kill")) {
                kill(under);
            }
        } finally {
            berth(environment, "down");
            // its data stays for who wants to know why something failed; what it counted in the kernel is nobody's
            new Contexts(under.settings).removeCounters();
        }
    }

    /**
     * An interrupted run of another clone may have left contexts in the control groups that are named after the ports: they are
     * somebody else's, so the next ports are taken. What an earlier run of this clone left is removed.
     */
    private Map<String, String> freeEnvironment() {
        for (int choice = 0; choice < CHOICES; choice++) {
            Map<String, String> environment = environment(choice);
            berth(environment, "reset", "--yes");
            List<String> taken = new Leftovers(Settings.of(instance.settings.root(), environment)).groups();
            if (taken.isEmpty()) {
                return environment;
            }
            progress.say("not used, something else's contexts are there: " + taken.getFirst());
        }
        throw new Failure(Failure.HOST, "contexts of other runs are in each of %d control groups".formatted(CHOICES));
    }

    private Map<String, String> environment(int choice) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("BERTH_VAR", instance.settings.root().resolve("var/e2e").toString());
        environment.put("BERTH_PORT_BASE", own("BERTH_TEST_PORT_BASE", Integer.toString(PORT_BASE + PORTS * choice)));
        environment.put("BERTH_IP_POOL", own("BERTH_TEST_IP_POOL", "10.78.%d.0/24".formatted(choice)));
        environment.put("BERTH_BILLING_PERIOD", "PT1M");
        environment.put("BERTH_METERING_READING_INTERVAL", "PT" + READING_SECONDS + "S");
        return environment;
    }

    /** Two clones that test at the same time on one machine need ports and addresses of their own. */
    private static String own(String variable, String otherwise) {
        return System.getenv().getOrDefault(variable, otherwise);
    }

    private void kill(Instance under) throws Exception {
        try {
            add("kill", new Kill(under, progress).run());
        } catch (IOException | Failure e) {
            progress.say("test kill: given up: " + e.getMessage());
            failedRuns++;
        }
    }

    private int berth(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(instance.settings.root().resolve("berth").toString()));
        command.addAll(List.of(arguments));
        Command run = Command.of(command).within(MAVEN_LIMIT);
        environment.forEach(run::with);
        return run.runHere();
    }

    private void browser(Instance under) throws Exception {
        maven(
                "e2e",
                root(),
                List.of("test"),
                List.of(
                        "-Dtest=*E2E",
                        "-Dberth.e2e.portal=" + under.settings.portalUrl(),
                        "-Dberth.e2e.keycloak=" + under.settings.realmUrl(),
                        "-Dberth.e2e.database=jdbc:mariadb://" + Settings.HOST + ":" + under.settings.databasePort()
                                + "/berth",
                        "-Dberth.e2e.var=" + under.settings.variable(),
                        "-Dberth.e2e.chromium=" + Command.find("chromium").orElseThrow()));
    }

    private void maven(String name, Path directory, List<String> goals, List<String> options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
        arguments.addAll(options);
        arguments.addAll(goals);
        Path log = instance.settings.log("test-" + name.replace(": ", "-"));
        Files.createDirectories(log.getParent());
        Files.deleteIfExists(log);
        int code = progress.step(
                "test " + name,
                () -> Builds.command(arguments)
                        .in(directory)
                        .within(MAVEN_LIMIT)
                        .runEach(log, this::show));
        Counts counts = Counts.said(log);
        add(name, counts);
        if (code != 0 && counts.failed() == 0) {
            // nothing ran, or a check before the tests failed: no report says so, the exit code does
            progress.say("test " + name + " failed before or beside its tests (log: " + log + ")");
            failedRuns++;
        }
    }

    private void add(String name, Counts counts) {
        progress.say("test %s: %s".formatted(name, counts));
        total = total.plus(counts);
        if (counts.passed() + counts.failed() == 0) {
            failedRuns++;
        }
        if (name.startsWith("node") && counts.skipped() > 0) {
            progress.say("kernel tests must not be skipped");
            failedRuns++;
        }
    }

    private void show(String line) {
        if (line.contains("Tests run:") || line.contains("[ERROR]")) {
            out.println("    " + line);
        }
    }

    private Path root() {
        return instance.settings.root();
    }

    private Path nodeRoot() {
        return instance.settings.root().resolve("node-daemon");
    }

    /** Test results as the runner's own XML reports have them. */
    record Counts(int passed, int failed, int skipped) {
        static final Counts NONE = new Counts(0, 0, 0);

        private static final Pattern SUM = Pattern.compile(
                "\\[[A-Z]+] Tests run: ([0-9]+), Failures: ([0-9]+), Errors: ([0-9]+), Skipped: ([0-9]+)\\s*");

        Counts plus(Counts other) {
            return new Counts(passed + other.passed, failed + other.failed, skipped + other.skipped);
        }

        /** Maven's own sums. Its reports would not do: a class that two engines run has one report, of the second. */
        static Counts said(Path log) throws IOException {
            try (Stream<String> lines = Files.lines(log)) {
                return lines.map(SUM::matcher)
                        .filter(Matcher::matches)
                        .map(sum -> {
                            int failed = Integer.parseInt(sum.group(2)) + Integer.parseInt(sum.group(3));
                            int skipped = Integer.parseInt(sum.group(4));
                            return new Counts(Integer.parseInt(sum.group(1)) - failed - skipped, failed, skipped);
                        })
                        .reduce(NONE, Counts::plus);
            }
        }

        static Counts read(Path directory) {
            if (!Files.isDirectory(directory)) {
                return NONE;
            }
            try (Stream<Path> files = Files.list(directory)) {
                return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                        .map(Counts::ofReport)
                        .reduce(NONE, Counts::plus);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Counts ofReport(Path file) {
            try {
                String text = Files.readString(file);
                int start = text.indexOf("<testsuite ");
                String head = text.substring(start, text.indexOf('>', start));
                int failed = number(head, "failures") + number(head, "errors");
                int skipped = number(head, "skipped");
                return new Counts(number(head, "tests") - failed - skipped, failed, skipped);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int number(String head, String attribute) {
            String mark = " " + attribute + "=\"";
            int start = head.indexOf(mark) + mark.length();
            return start < mark.length() ? 0 : Integer.parseInt(head.substring(start, head.indexOf('"', start)));
        }

        @Override
        public String toString() {
            return "%d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
        }
    }
}
