package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code berth test node-host} and {@code node-qemu}: Debian hosts as a hosting company has them, and the kernel suite in them on
 * every quota driver. The JDK and the built classes are this machine's, mounted.
 */
final class NodeHost {
    private static final String TESTS = "src/test/java";

    private static final String KERNEL_TEST = "KernelIT.java";

    private static final List<String> UNITS = List.of("berthd.service", "berth-contexts.service");

    /** What the other quota drivers can differ in. */
    private static final List<String> OF_DISKS = List.of("Disk", "Life");

    /** Accuracy of CPU time cannot be shown on a processor that is itself waiting for one: part {@code node} shows it. */
    private static final List<String> OF_TIME = List.of("Governor", "BoughtCpu");

    /** It looks at an image, not at a host, and needs one of its own. */
    private static final String OF_IMAGE = "CloudInit";

    /** Of what was said before a test failed, and of its stack: the logs of a machine that is given back are lost. */
    private static final int LINES_BEFORE = 15;

    private static final int LINES_AFTER = 15;

    /** Names of hosts, or {@code full}: everything on each. */
    private static final Optional<String> CHOICE = Optional.ofNullable(System.getenv("BERTH_NODE_HOST"));

    /** Beginnings of names of test classes, for one that is looked at alone. */
    private static final Optional<String> CLASSES = Optional.ofNullable(System.getenv("BERTH_NODE_TESTS"));

    private static final boolean FULL = CHOICE.filter("full"::equals).isPresent();

    /** With what a file system is made and mounted, and what berthd should call what it finds. */
    private enum Disk {
        EXT4("mke2fs -q -t ext4 -O quota,project -E quotatype=prjquota", "prjquota", "project"),
        XFS("mkfs.xfs -q", "prjquota", "project"),
        BTRFS("mkfs.btrfs -q", "noatime", "btrfs");

        private final String make;
        private final String options;
        private final String driver;

        Disk(String make, String options, String driver) {
            this.make = make;
            this.options = options;
            this.driver = driver;
        }

        String file() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Instance instance;
    private final Progress progress;

    private final String part;
    private final Maker maker;

    private NodeHost(Instance instance, Progress progress, String part, Maker maker) {
        this.instance = instance;
        this.progress = progress;
        this.part = part;
        this.maker = maker;
    }

    private interface Maker {
        Machine ensure(Settings settings, Progress progress) throws Exception;
    }

    static NodeHost inUserMode(Instance instance, Progress progress) {
        return new NodeHost(instance, progress, "node-host", UmlMachine::ensure);
    }

    static NodeHost onQemu(Instance instance, Progress progress) {
        return new NodeHost(instance, progress, "node-qemu", QemuMachine::ensure);
    }

    Tests.Counts run() throws Exception {
        if (!Settings.superuser() || !Settings.linux()) {
            throw new Failure(Failure.HOST, "test hosts need root on Linux");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(Command::endAll));
        new Packages(instance.settings).ensureInstalled(List.of("e2fsprogs", "mmdebstrap", "util-linux", "xz-utils"));
        Machine machine = maker.ensure(instance.settings, progress);
        Path image = instance.images.ensure(Images.DEBIAN_12).archive();
        progress.step("node", instance.builds::node);
        String classPath = progress.step("test classes", this::classPath);
        List<Callable<Result>> work = new ArrayList<>(suites(machine, image, classPath));
        switch (machine) {
            case UmlMachine uml -> work.addAll(installations(uml, image, classPath));
            case QemuMachine qemu -> {
                // What an installed berthd does when its host boots again or another one takes over does not ask for
                // another kernel.
            }
        }
        return sum(work);
    }

    private List<Callable<Result>> suites(Machine machine, Path image, String classPath) throws IOException {
        List<Callable<Result>> work = new ArrayList<>();
        for (Disk disk : Disk.values()) {
            if (chosen(disk.file())) {
                Guest guest = new Guest(disk.file(), directory().resolve(disk.file()), machine);
                guest.prepare(suite(disk, guest, image, classPath));
                work.add(() -> result("kernel suite on " + disk.file(), guest, machine.limit()));
            }
        }
        return work;
    }

    private List<Callable<Result>> installations(UmlMachine machine, Path image, String classPath) throws IOException {
        List<Callable<Result>> work = new ArrayList<>();
        if (chosen("reboot")) {
            Guest guest = new Guest("reboot", directory().resolve("reboot"), machine);
            guest.prepare(reboot(machine, guest.share(), image, classPath));
            giveUnits(guest);
            work.add(() -> result("host that boots again", guest, machine.limit()));
        }
        if (chosen("move")) {
            HostPair pair = new HostPair("move", directory().resolve("move"), machine);
            pair.prepare(
                    List.of(
                            mover(0, Disk.EXT4, machine, mounts(machine::mount, image, classPath), classPath),
                            mover(1, Disk.XFS, machine, mounts(machine::mount, image, classPath), classPath)),
                    moving(pair.share(), image, classPath));
            giveUnits(pair.guest(0));
            giveUnits(pair.guest(1));
            work.add(() -> result("move between two hosts", pair, machine.limit()));
        }
        return work;
    }

    private void giveUnits(Guest guest) throws IOException {
        for (String unit : UNITS) {
            Files.copy(
                    nodeRoot().resolve("src/main/systemd").resolve(unit),
                    guest.share().resolve(unit));
        }
    }

    private Path directory() {
        return instance.settings.variable().resolve(part);
    }

    /** @param job for its last words */
    private record Result(HostJob job, HostJob.Outcome outcome, Tests.Counts counts) {}

    private Result result(String what, HostJob job, Duration limit) throws Exception {
        HostJob.Outcome outcome = progress.step(what, () -> job.run(limit));
        return new Result(job, outcome, Tests.Counts.read(job.share()));
    }

    /** As many hosts at a time as there are processors: each is busy with one of them most of the time. */
    private Tests.Counts sum(List<Callable<Result>> work) throws Exception {
        Tests.Counts total = Tests.Counts.NONE;
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Future<Result> future : threads.invokeAll(work)) {
                total = total.plus(judged(future.get()));
            }
        }
        return total;
    }

    private Tests.Counts judged(Result result) throws IOException {
        HostJob job = result.job;
        progress.say("%s %s: %s".formatted(part, job.name(), result.counts));
        if (result.outcome.code() == 0 && result.counts.passed() > 0 && result.counts.failed() == 0) {
            return result.counts;
        }
        progress.say("%s %s: %s (log: %s)".formatted(part, job.name(), result.outcome.text(), job.output()));
        Logs.around(job.output(), "FAILED", LINES_BEFORE, LINES_AFTER).forEach(progress::say);
        if (result.counts.failed() > 0) {
            return result.counts;
        }
        progress.say(job.lastWords());
        return result.counts.plus(new Tests.Counts(0, 1, 0));
    }

    /** Compiled with its tests, and where its libraries are. */
    private String classPath() throws IOException {
        Path file = instance.settings.ensureDirectory(directory()).resolve("classpath");
        Builds.command(List.of(
                        "mvn",
                        "-q",
                        "-B",
                        "-ntp",
                        "test-compile",
                        "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                        "-Dmdep.outputFile=" + file))
                .in(nodeRoot())
                .within(Duration.ofMinutes(15))
                .mustTo(instance.settings.log("test-" + part + "-build"), Failure.BUILD, "compiling the kernel suite");
        copy("test-classes", "classes", "quarkus-app");
        return built().resolve("test-classes") + ":" + built().resolve("classes") + ":"
                + Files.readString(file).strip();
    }

    /** What was built, as it was when the hosts began: nobody's next build changes it under them. */
    private Path built() {
        return directory().resolve("built");
    }

    private void copy(String... names) {
        Command.of("rm", "-rf", built().toString()).must(Failure.HOST, "removing " + built());
        instance.settings.ensureDirectory(built());
        for (String name : names) {
            Command.of("cp", "-a", nodeRoot().resolve("target").resolve(name).toString(), built().toString())
                    .must(Failure.HOST, "copying what was built");
        }
    }

    private Path nodeRoot() {
        return instance.settings.root().resolve("node-daemon");
    }

    private static boolean chosen(String host) {
        return FULL
                || CHOICE.map(names -> List.of(names.split(",")).contains(host)).orElse(true);
    }

    private static boolean named(String file) {
        return CLASSES.map(names -> Stream.of(names.split(",")).anyMatch(file::startsWith))
                .orElse(true);
    }

    /** The whole suite on the first disk, on the others what has to do with disks: together they should take minutes, not an hour. */
    private boolean wanted(Disk disk, String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        if (name.equals(OF_IMAGE + KERNEL_TEST) || !named(name)) {
            return false;
        }
        boolean all = FULL || disk == Disk.EXT4;
        return all && OF_TIME.stream().noneMatch(prefix -> name.equals(prefix + KERNEL_TEST))
                || OF_DISKS.stream().anyMatch(prefix -> name.equals(prefix + KERNEL_TEST));
    }

    private List<String> kernelTests(Disk disk) throws IOException {
        Path sources = nodeRoot().resolve(TESTS);
        try (Stream<Path> files = Files.walk(sources)) {
            return files.map(file -> sources.relativize(file).toString())
                    .filter(name -> name.endsWith(KERNEL_TEST) && wanted(disk, name))
                    .map(name -> name.replace(".java", "").replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }

    private String suite(Disk disk, Guest guest, Path image, String classPath) throws IOException {
        return lines(
                "uname --kernel-release",
                mounts(guest.machine()::mount, image, classPath),
                "%s %s".formatted(disk.make, guest.machine().disk()),
                "mkdir -p /srv/berth",
                "mount -o %s %s /srv/berth"
                        .formatted(disk.options, guest.machine().disk()),
                "cd /srv/berth",
                java(
                        guest.share(),
                        disk.file(),
                        List.of(
                                "-Dberth.test.image=" + image,
                                "-Dberth.test.quota=" + disk.driver,
                                "-Dberth.test.emulated=true"),
                        classPath,
                        kernelTests(disk)));
    }

    /** What is mounted in the first boot stands in fstab, so that it is there in the second before berthd starts. */
    private String reboot(UmlMachine machine, Path share, Path image, String classPath) {
        List<String> options = List.of("-Dberth.test.image=" + image);
        return lines(
                "trap 'journalctl --no-pager --unit berthd >berthd.log' EXIT",
                "if [ ! -e booted ]; then",
                mounts(machine::mountAlways, image, classPath),
                "%s %s".formatted(Disk.XFS.make, machine.disk()),
                "mkdir -p /var/lib/berth /opt/berth",
                "echo '%s /var/lib/berth xfs %s 0 2' >>/etc/fstab".formatted(machine.disk(), Disk.XFS.options),
                installation(),
                "mount --all",
                java(share, "before", options, classPath, List.of("dev.berth.node.cli.BeforeRebootHostIT")),
                "touch again",
                "else",
                java(share, "after", options, classPath, List.of("dev.berth.node.cli.AfterRebootHostIT")),
                "fi");
    }

    /** As the guide to a host says, but that the files are this machine's. */
    private String installation() {
        return lines(
                "ln -s '%s' /opt/berth/berthd".formatted(built().resolve("quarkus-app")),
                "ln -s '%s' /usr/local/bin/java".formatted(Builds.java()),
                "cp %s /etc/systemd/system/".formatted(String.join(" ", UNITS)),
                "systemctl daemon-reload",
                "systemctl enable --now berth-contexts");
    }

    /** One of two hosts between which a context moves: berthd is installed, and a test elsewhere says what happens. */
    private String mover(int host, Disk disk, UmlMachine machine, String mounts, String classPath) {
        return lines(
                "trap 'journalctl --no-pager --unit berthd >berthd.log' EXIT",
                HostPair.attach(host),
                mounts,
                "%s %s".formatted(disk.make, machine.disk()),
                "mkdir -p /var/lib/berth /opt/berth",
                "mount -o %s %s /var/lib/berth".formatted(disk.options, machine.disk()),
                installation(),
                program(List.of(), classPath, List.of("dev.berth.node.cli.HostHand", HostPair.address(host), "end")));
    }

    private static String moving(Path share, Path image, String classPath) {
        return java(
                share,
                "move",
                List.of(
                        "-Dberth.test.image=" + image,
                        "-Dberth.test.bridge=" + HostPair.BRIDGE,
                        "-Dberth.test.hosts=" + HostPair.address(0) + "," + HostPair.address(1)),
                classPath,
                List.of("dev.berth.node.cli.MoveHostIT"));
    }

    private static String lines(String... lines) {
        return String.join("\n", lines) + "\n";
    }

    private static String java(Path share, String name, List<String> options, String classPath, List<String> classes) {
        List<String> suite = new ArrayList<>(List.of("dev.berth.node.testing.Suite", name));
        suite.add(share.resolve("TEST-" + name + ".xml").toString());
        suite.addAll(classes);
        return program(options, classPath, suite);
    }

    private static String program(List<String> options, String classPath, List<String> words) {
        List<String> command = new ArrayList<>(List.of(
                Builds.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath));
        command.addAll(words);
        return command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" \\\n  "));
    }

    /** The directories of this machine a host needs, in their own places, not to be written to. */
    private String mounts(UnaryOperator<String> mount, Path image, String classPath) {
        Path jdk = Path.of(System.getProperty("java.home"));
        Path repository = Path.of(Stream.of(classPath.split(":"))
                .filter(entry -> entry.contains("/repository/"))
                .findFirst()
                .map(entry -> entry.substring(0, entry.indexOf("/repository/") + "/repository".length()))
                .orElseThrow());
        return Stream.of(jdk, repository, built(), image.getParent())
                .map(place -> "mkdir -p '%s'\n".formatted(place) + mount.apply(place.toString()))
                .collect(Collectors.joining("\n"));
    }
}
