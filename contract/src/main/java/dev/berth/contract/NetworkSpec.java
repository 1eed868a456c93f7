package dev.berth.contract;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a context is connected, beyond its addresses. Each part that is empty means: as if it had never existed.
 *
 * @param rates how fast it may send and receive
 * @param firewall what may pass to and from it
 * @param resolver what its {@code /etc/resolv.conf} says; empty for what the node writes
 * @param volumeCap after how much it is slowed down; empty for never
 */
public record NetworkSpec(
        Optional<Rates> rates,
        Optional<Firewall> firewall,
        Optional<Resolver> resolver,
        Optional<VolumeCap> volumeCap) {
    /** Nothing beyond the addresses. */
    public static final NetworkSpec PLAIN = new NetworkSpec(Optional.empty(), Optional.empty(), Optional.empty());

    public NetworkSpec {
        Objects.requireNonNull(rates, "rates");
        Objects.requireNonNull(firewall, "firewall");
        Objects.requireNonNull(resolver, "resolver");
        Objects.requireNonNull(volumeCap, "volumeCap");
    }

    /** Never slowed down. */
    public NetworkSpec(Optional<Rates> rates, Optional<Firewall> firewall, Optional<Resolver> resolver) {
        this(rates, firewall, resolver, Optional.empty());
    }

    public NetworkSpec withRates(Rates changed) {
        return new NetworkSpec(Optional.of(changed), firewall, resolver, volumeCap);
    }

    /**
     * Rates in bits per second. Sending is shared as PlanetLab shared it: each gets what is reserved for it, and what is left of
     * the node's uplink goes to those who want it, in proportion to their shares, until each has its ceiling.
     *
     * @param reservedBits what it can always send; empty for next to nothing
     * @param ceilingBits what it sends at most; empty for what the uplink carries
     * @param share its part of what nobody reserved, 1 is ordinary
     * @param receivedBits what it receives at most; empty for no limit
     */
    public record Rates(
            Optional<Long> reservedBits,
            Optional<Long> ceilingBits,
            Optional<Long> share,
            Optional<Long> receivedBits) {
        /** A slower link would not carry a connection's own overhead. */
        public static final long MIN_BITS = 8_000;

        public static final long MAX_BITS = 400_000_000_000L;
        public static final long MAX_SHARE = 100;

        public Rates {
            Faults faults = new Faults("network rates");
            rate(faults, "reservedBits", reservedBits);
            rate(faults, "ceilingBits", ceilingBits);
            rate(faults, "receivedBits", receivedBits);
            share.ifPresent(n -> faults.check(
                    n >= 1 && n <= MAX_SHARE, () -> "share %d is not between 1 and %d".formatted(n, MAX_SHARE)));
            if (reservedBits.isPresent() && ceilingBits.isPresent()) {
                faults.check(
                        reservedBits.get() <= ceilingBits.get(),
                        () -> "reservedBits %d is above ceilingBits %d"
                                .formatted(reservedBits.get(), ceilingBits.get()));
            }
            faults.throwIfAny();
        }

        private static void rate(Faults faults, String name, Optional<Long> bits) {
            bits.ifPresent(n -> faults.check(
                    n >= MIN_BITS && n <= MAX_BITS,
                    () -> "%s %d is not between %d and %d".formatted(name, n, MIN_BITS, MAX_BITS)));
        }
    }

    /** A stretch of UTC's calendar. */
    public enum Window {
        DAY,
        MONTH
    }

    /**
     * What passes in a day or month before a context is slowed down, both directions together. It is never cut off: until the
     * window ends it sends and receives at the floor rate.
     *
     * @param floorBits per second
     */
    public record VolumeCap(Window window, long bytes, long floorBits) {
        public VolumeCap {
            Faults faults = new Faults("volume cap");
            faults.present("window", window);
            faults.positive("bytes", bytes);
            faults.check(
                    floorBits >= Rates.MIN_BITS && floorBits <= Rates.MAX_BITS,
                    () -> "floorBits %d is not between %d and %d".formatted(floorBits, Rates.MIN_BITS, Rates.MAX_BITS));
            faults.throwIfAny();
        }
    }

    /**
     * A stateful firewall outside of the context, which its root cannot change. Answers to what was let through always pass, and so
     * does what an IPv6 link needs. The first rule that fits decides; where none does, the policy.
     *
     * @param inbound for what comes to the context
     * @param outbound for what it sends
     */
    public record Firewall(Verdict inbound, Verdict outbound, List<Rule> rules) {
        public static final int MAX_RULES = 128;

        public Firewall {
            Faults faults = new Faults("firewall");
            faults.present("inbound", inbound);
            faults.present("outbound", outbound);
            faults.size("rules", rules, MAX_RULES);
            faults.throwIfAny();
            rules = List.copyOf(rules);
        }
    }

    public enum Verdict {
        ACCEPT,
        DROP
    }

    /** Seen from the context. */
    public enum Direction {
        IN,
        OUT
    }

    /** ICMP is that of both versions of IP. */
    public enum Protocol {
        ANY,
        TCP,
        UDP,
        ICMP
    }

    /**
     * @param ports of the side that is asked: the context's own for IN, the peer's for OUT; TCP and UDP only, empty for all
     * @param peer whom it is about, as {@code address/bits}: who sends for IN, who receives for OUT; empty for everyone
     */
    public record Rule(
            Direction direction, Verdict verdict, Protocol protocol, Optional<Ports> ports, Optional<String> peer) {
        private static final Pattern LEADING_ZERO = Pattern.compile("(^|\\.)0[0-9]+\\.|\\.0[0-9]+$");
        private static final Pattern PREFIX = Pattern.compile("[0-9a-f.:]{2,39}/[0-9]{1,3}");

        public Rule {
            Faults faults = new Faults("firewall rule");
            faults.present("direction", direction);
            faults.present("verdict", verdict);
            faults.present("protocol", protocol);
            Objects.requireNonNull(ports, "ports");
            faults.check(
                    ports.isEmpty() || protocol == Protocol.TCP || protocol == Protocol.UDP,
                    () -> "ports go with TCP and UDP only, not with " + protocol);
            peer.ifPresent(prefix -> faults.check(
                    isPrefix(prefix), () -> "peer '%s' is no prefix of addresses".formatted(shown(prefix))));
            faults.throwIfAny();
        }

        /** Whether a text is an IPv4 or IPv6 prefix; nothing is looked up. */
        public static boolean isPrefix(String text) {
            if (!PREFIX.matcher(text).matches()) {
                return false;
            }
            int slash = text.indexOf('/');
            String literal = text.substring(0, slash);
            // Java takes short forms and leading zeros for IPv4, which a packet filter reads otherwise.
            if (!Patterns.ADDRESS.matcher(literal).matches()
                    || LEADING_ZERO.matcher(literal).find()) {
                return false;
            }
            try {
                byte[] address = InetAddress.ofLiteral(literal).getAddress();
                boolean six = text.indexOf(':') >= 0;
                // An IPv4 address in IPv6's clothes is neither for a packet filter.
                return (address.length == 16) == six
                        && Integer.parseInt(text.substring(slash + 1)) <= address.length * 8;
            } catch (IllegalArgumentException _) {
                return false;
            }
        }

        private static String shown(String text) {
            return text.substring(0, Math.min(text.length(), 43)).replaceAll("\\p{Cntrl}", "?");
        }
    }

    /** Both ends belong to it. */
    public record Ports(int first, int last) {
        public static final int MAX_PORT = 65_535;

        public Ports {
            Faults faults = new Faults("ports");
            faults.check(
                    first >= 1 && first <= last && last <= MAX_PORT,
                    () -> "%d-%d is no range of ports".formatted(first, last));
            faults.throwIfAny();
        }
    }

    /**
     * @param nameservers addresses, tried in order
     * @param search domains that are tried behind a short name
     */
    public record Resolver(List<String> nameservers, List<String> search) {
        /** More than resolv.conf(5) reads are not written. */
        public static final int MAX_NAMESERVERS = 3;

        public static final int MAX_SEARCH = 6;

        public Resolver {
            Faults faults = new Faults("resolver");
            faults.each("nameservers", nameservers, Patterns.ADDRESS, MAX_NAMESERVERS);
            faults.each("search", search, Patterns.HOSTNAME, MAX_SEARCH);
            faults.throwIfAny();
            nameservers = List.copyOf(nameservers);
            search = List.copyOf(search);
        }
    }
}
