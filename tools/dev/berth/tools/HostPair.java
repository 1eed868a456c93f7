package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Two test hosts on a bridge, and a test beside them on this machine that makes them do things. All of it has one network and one set of
 * process ids, which nothing else is in: when the first process ends, hosts, bridge and taps are gone.
 *
 * @param directory of this pair alone
 */
record HostPair(String name, Path directory, UmlMachine machine) implements HostJob {
    /** RFC 2544's: nobody routes it, and it is not a pool of contexts. */
    static final String BRIDGE = "198.18.0.1";

    private static final String MASK = "/24";

    /** Until what hosts have to say is written down, when the test has ended. */
    private static final int FAREWELL_SECONDS = 40;

    /** Of one of the two. */
    static String address(int host) {
        return "198.18.0." + (11 + host);
    }

    /** The file that ends a host's job when it is there. */
    static Path end(Path share) {
        return share.resolve("end");
    }

    Guest guest(int host) {
        return new Guest(List.of("source", "target").get(host), directory.resolve("host" + host), machine);
    }

    @Override
    public Path share() {
        return directory.resolve("share");
    }

    @Override
    public Path output() {
        return share().resolve("output");
    }

    /** The lines of a host's job that put it on the bridge. */
    static String attach(int host) {
        return "ip link set vec0 up\nip address add %s%s dev vec0".formatted(address(host), MASK);
    }

    /** @param test command that runs beside the hosts */
    void prepare(List<String> jobs, String test) throws IOException {
        Command.of("rm", "-rf", "--one-file-system", directory.toString())
                .within(Duration.ofMinutes(1))
                .must(Failure.HOST, "removing " + directory);
        Files.createDirectories(share());
        StringBuilder script = new StringBuilder("""
                ip link set lo up
                ip link add br0 type bridge
                ip address add %s%s dev br0
                ip link set br0 up
                """.formatted(BRIDGE, MASK));
        StringBuilder ended = new StringBuilder("true");
        for (int host = 0; host < jobs.size(); host++) {
            Guest guest = guest(host);
            guest.prepare(jobs.get(host));
            script.append("ip tuntap add dev %1$s mode tap\nip link set %1$s master br0 up\n".formatted(tap(host)));
            script.append("%s >'%s' 2>&1 &\n"
                    .formatted(quoted(machine.onBridge(guest, tap(host), mac(host))), guest.console()));
            ended.append(" && [ -e '%s' ]".formatted(guest.code()));
        }
        script.append("%s >'%s' 2>&1\ncode=$?\n".formatted(test, output()));
        for (int host = 0; host < jobs.size(); host++) {
            script.append("touch '%s'\n".formatted(end(guest(host).share())));
        }
        script.append(
                "for i in $(seq %d); do %s && break; sleep 1; done\nexit $code\n".formatted(FAREWELL_SECONDS, ended));
        Files.writeString(directory.resolve("pair"), script);
    }

    private static String tap(int host) {
        return "vm" + host;
    }

    private static String mac(int host) {
        return "02:be:57:00:00:0" + (1 + host);
    }

    private static String quoted(List<String> words) {
        return "'" + String.join("' '", words) + "'";
    }

    @Override
    public Outcome run(Duration limit) {
        Path log = directory.resolve("pair.log");
        Command.Result result = Command.of(
                        // A killed run ends its hosts, too.
                        "setpriv",
                        "--pdeathsig=KILL",
                        "unshare",
                        "--mount-proc",
                        "--pid",
                        "--net",
                        "--fork",
                        "--kill-child",
                        "sh",
                        directory.resolve("pair").toString())
                .within(limit)
                .runTo(log);
        guest(0).removeDisks();
        guest(1).removeDisks();
        return new Outcome(result.exitCode(), "its test ended with " + result.exitCode());
    }

    @Override
    public String lastWords() {
        return Logs.tail(directory.resolve("pair.log"), Guest.TAIL)
                + guest(0).lastWords()
                + guest(1).lastWords()
                + Logs.tail(output(), Guest.TAIL);
    }
}
