package dev.berth.node.kernel;

import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rates of contexts (tc-htb(8), tc-tbf(8)). What they send shares the uplink in one class each below {@code 1:1}; {@link NftBatch}
 * says which packet is whose, so no packet is held against a list. What they receive is held at the host's end of their link.
 *
 * <p>The link comes and goes with every start, also with those the context makes itself: what is to hold on it is in a file that
 * {@link Router}'s script reads. The file's first line names the class, so that it is found when the context goes.
 */
final class TrafficControl {
    /** PlanetLab's: bytes a class of share 1 sends in its turn; more than a packet of an ordinary link. */
    private static final long QUANTUM = 1_600;

    private static final long MIN_BURST = 32_768;
    private static final long KILO = 1_000;
    private static final List<String> UNITS = List.of("bit", "Kbit", "Mbit", "Gbit", "Tbit");
    private static final Pattern CLASS = Pattern.compile("# (1:[0-9a-f]{1,4})\n.*", Pattern.DOTALL);

    private final Optional<HostConfig.Uplink> uplink;
    private final Path run;
    private final Programs programs;

    TrafficControl(Optional<HostConfig.Uplink> uplink, Path run, Programs programs) {
        this.uplink = uplink;
        this.run = run;
        this.programs = programs;
    }

    /** What is in no class, the host's own traffic, is not held up. */
    void prepare() {
        uplink.ifPresent(link -> {
            String qdiscs = programs.check(Programs.Command.of("tc", "qdisc", "show", "dev", link.name(), "root"));
            if (!qdiscs.startsWith("qdisc htb 1: root")) {
                batch("qdisc replace dev %s root handle 1: htb default 0\n".formatted(link.name()));
            }
            batch("class replace dev %1$s parent 1: classid 1:1 htb rate %2$dbit ceil %2$dbit quantum 60000\n"
                    .formatted(link.name(), link.bits()));
        });
    }

    /** Gives the uplink back what it had. */
    void release() {
        uplink.filter(link -> Files.exists(Path.of("/sys/class/net", link.name())))
                .ifPresent(link -> programs.run(
                        Programs.Command.of("tc", "qdisc", "delete", "dev", link.name(), "root", "handle", "1:")));
    }

    void ensure(Connection wanted) {
        if (wanted.rates().isEmpty()) {
            remove(wanted.contextId());
            return;
        }
        Rates rates = wanted.rates().get();
        String name = "1:%x".formatted(wanted.trafficClass());
        Directories.write(file(wanted.contextId()), "# %s\n%s".formatted(name, onLink(wanted, rates)), "rw-------");
        uplink.ifPresent(link -> batch(onUplink(link, name, rates)));
        if (Files.exists(Path.of("/sys/class/net", wanted.veth()))) {
            clear(wanted.veth());
            batch(onLink(wanted, rates));
        }
    }

    /** Nothing is left of the context here, whatever there was. */
    void remove(String contextId) {
        Path file = file(contextId);
        if (!Files.exists(file)) {
            return;
        }
        Matcher noted = CLASS.matcher(Directories.read(file));
        uplink.filter(_ -> noted.matches()).ifPresent(link -> removeClass(link.name(), noted.group(1)));
        clear(Names.veth(contextId));
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new HostException("cannot remove " + file, e);
        }
    }

    boolean exists(String contextId) {
        return Files.exists(file(contextId));
    }

    private Path file(String contextId) {
        return Router.linkFile(run, Names.veth(contextId));
    }

    static String onUplink(HostConfig.Uplink uplink, String name, Rates rates) {
        long ceiling = ceiling(uplink, rates);
        return "class replace dev %s parent 1:1 classid %s htb rate %dbit ceil %dbit quantum %d\n"
                .formatted(
                        uplink.name(),
                        name,
                        reserved(rates, ceiling),
                        ceiling,
                        QUANTUM * rates.share().orElse(1L));
    }

    /** A burst of a fiftieth of a second: the kernel's clock ticks often enough for it. */
    static String onLink(Connection wanted, Rates rates) {
        return rates.receivedBits()
                .map(bits -> "qdisc replace dev %s root tbf rate %dbit burst %d latency 50ms\n"
                        .formatted(wanted.veth(), bits, Math.max(MIN_BURST, bits / 8 / 50)))
                .orElse("");
    }

    /** What tc(8) shows of the uplink's classes and of all links' queues, a line each. */
    record State(List<String> classes, List<String> queues) {
        static final State NOTHING = new State(List.of(), List.of());

        State {
            classes = List.copyOf(classes);
            queues = List.copyOf(queues);
        }
    }

    State state() {
        List<String> classes = uplink.map(
                        link -> programs.check(Programs.Command.of("tc", "class", "show", "dev", link.name())))
                .map(text -> text.lines().toList())
                .orElse(List.of());
        String queues = programs.check(Programs.Command.of("tc", "qdisc", "show"));
        return new State(classes, queues.lines().toList());
    }

    /**
     * What of a context's rates is not as it should be, in sentences.
     *
     * @param linked whether it has a link now
     */
    List<String> lost(Connection wanted, boolean linked, State state) {
        List<String> found = new ArrayList<>();
        wanted.rates().ifPresent(rates -> {
            if (uplink.filter(link -> !hasClass(wanted, link, rates, state)).isPresent()) {
                found.add("its class on the uplink was not as it should be");
            }
            if (rates.receivedBits()
                    .filter(bits -> linked && !hasQueue(wanted, bits, state))
                    .isPresent()) {
                found.add("what it receives was not held to its rate");
            }
        });
        return found;
    }

    private static boolean hasClass(Connection wanted, HostConfig.Uplink link, Rates rates, State state) {
        String begin = "class htb 1:%x parent 1:1 ".formatted(wanted.trafficClass());
        long ceiling = ceiling(link, rates);
        String middle = " rate %s ceil %s ".formatted(shown(reserved(rates, ceiling)), shown(ceiling));
        return state.classes().stream().anyMatch(line -> line.startsWith(begin) && line.contains(middle));
    }

    private static boolean hasQueue(Connection wanted, long bits, State state) {
        String place = " dev %s root ".formatted(wanted.veth());
        String rate = " rate %s ".formatted(shown(bits));
        return state.queues().stream()
                .anyMatch(line -> line.startsWith("qdisc tbf ") && line.contains(place) && line.contains(rate));
    }

    /** A rate as tc(8) writes it: whole bytes, in the largest unit that keeps it whole or leaves four digits. */
    static String shown(long bits) {
        long rate = bits / 8 * 8;
        int unit = 0;
        while (unit < UNITS.size() - 1 && rate >= KILO && (rate % KILO == 0 || rate >= KILO * KILO)) {
            rate /= KILO;
            unit++;
        }
        return rate + UNITS.get(unit);
    }

    private static long ceiling(HostConfig.Uplink link, Rates rates) {
        return Math.min(rates.ceilingBits().orElse(link.bits()), link.bits());
    }

    private static long reserved(Rates rates, long ceiling) {
        return Math.min(rates.reservedBits().orElse(Rates.MIN_BITS), ceiling);
    }

    private void clear(String veth) {
        Programs.Result shown = programs.run(Programs.Command.of("tc", "qdisc", "show", "dev", veth, "root"));
        if (shown.succeeded() && shown.output().startsWith("qdisc tbf")) {
            batch("qdisc delete dev %s root\n".formatted(veth));
        }
    }

    private void removeClass(String link, String name) {
        String classes = programs.check(Programs.Command.of("tc", "class", "show", "dev", link));
        if (classes.contains("class htb %s ".formatted(name))) {
            batch("class delete dev %s classid %s\n".formatted(link, name));
        }
    }

    private void batch(String lines) {
        if (!lines.isEmpty()) {
            programs.check(Programs.Command.of("tc", "-batch", "-").input(lines));
        }
    }

    /** Whether the kernel knows a kind of queue; looked at in a namespace of its own. */
    static boolean offers(String kind, Programs programs) {
        List<String> options = kind.equals("tbf")
                ? List.of("rate", "1mbit", "burst", "32768", "latency", "50ms")
                : List.of("default", "0");
        List<String> command =
                new ArrayList<>(List.of("unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root", kind));
        command.addAll(options);
        return programs.run(Programs.Command.of(command.toArray(String[]::new))).succeeded();
    }
}
