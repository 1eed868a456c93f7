package dev.berth.vps;

import dev.berth.contract.NetworkSpec.Direction;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.contract.NetworkSpec.Ports;
import dev.berth.contract.NetworkSpec.Protocol;
import dev.berth.contract.NetworkSpec.Rule;
import dev.berth.contract.NetworkSpec.Verdict;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The firewall of a VPS as its owner sees it. The first rule that fits decides, else the policy of the direction; answers to what
 * was let through always pass.
 *
 * @param enabled false where there is none: then everything passes
 * @param applied whether the node holds the VPS to it by now
 */
public record FirewallRuleset(
        boolean enabled, Verdict inbound, Verdict outbound, List<RuleText> rules, boolean applied) {

    public FirewallRuleset {
        rules = List.copyOf(rules);
    }

    /**
     * One rule. Ports belong to the side that is asked and go with TCP and UDP only.
     *
     * @param lastPort equal to the first where it is one port
     * @param peer prefix of who sends (IN) or receives (OUT)
     */
    public record RuleText(
            @Nullable String direction,
            @Nullable String verdict,
            @Nullable String protocol,
            @Nullable Integer firstPort,
            @Nullable Integer lastPort,
            @Nullable String peer) {

        static RuleText of(Rule rule) {
            return new RuleText(
                    rule.direction().name(),
                    rule.verdict().name(),
                    rule.protocol().name(),
                    rule.ports().map(Ports::first).orElse(null),
                    rule.ports().map(Ports::last).orElse(null),
                    rule.peer().orElse(null));
        }
    }

    /** What an owner wants. */
    public record Wanted(
            @Nullable String inbound,
            @Nullable String outbound,
            @Nullable List<RuleText> rules) {

        /** @throws Problem 422 naming every fault by its place */
        Firewall checked() {
            InputFaults faults = new InputFaults();
            Optional<Verdict> in = constant(faults, Verdict.class, "inbound", inbound);
            Optional<Verdict> out = constant(faults, Verdict.class, "outbound", outbound);
            List<RuleText> texts = rules == null ? List.of() : rules;
            faults.check(
                    texts.size() <= Firewall.MAX_RULES,
                    "rules",
                    "has more than %d rules".formatted(Firewall.MAX_RULES));
            List<Rule> checked = new ArrayList<>();
            for (int i = 0; i < Math.min(texts.size(), Firewall.MAX_RULES); i++) {
                rule(faults, "rules[%d]".formatted(i), texts.get(i)).ifPresent(checked::add);
            }
            faults.throwIfAny();
            return new Firewall(in.orElseThrow(), out.orElseThrow(), checked);
        }
    }

    private static Optional<Rule> rule(InputFaults faults, String at, RuleText text) {
        Optional<Direction> direction = constant(faults, Direction.class, at + ".direction", text.direction());
        Optional<Verdict> verdict = constant(faults, Verdict.class, at + ".verdict", text.verdict());
        Optional<Protocol> protocol = constant(faults, Protocol.class, at + ".protocol", text.protocol());
        Optional<String> peer = Optional.ofNullable(text.peer()).map(String::strip);
        boolean known = peer.isEmpty()
                || faults.check(Rule.isPrefix(peer.get()), at + ".peer", "is no prefix such as 192.0.2.0/24");
        Integer first = text.firstPort();
        Integer last = text.lastPort() == null ? first : text.lastPort();
        boolean ranged = (first == null && last == null)
                || faults.check(isRange(first, last), at + ".firstPort", "is no port, or the range is none");
        boolean fits = first == null
                || protocol.isEmpty()
                || faults.check(
                        protocol.get() == Protocol.TCP || protocol.get() == Protocol.UDP,
                        at + ".firstPort",
                        "goes with TCP and UDP only");
        if (direction.isEmpty() || verdict.isEmpty() || protocol.isEmpty() || !known || !ranged || !fits) {
            return Optional.empty();
        }
        Optional<Ports> ports = first == null || last == null ? Optional.empty() : Optional.of(new Ports(first, last));
        return Optional.of(new Rule(direction.get(), verdict.get(), protocol.get(), ports, peer));
    }

    private static boolean isRange(@Nullable Integer first, @Nullable Integer last) {
        return first != null && last != null && first >= 1 && first <= last && last <= Ports.MAX_PORT;
    }

    private static <E extends Enum<E>> Optional<E> constant(
            InputFaults faults, Class<E> type, String field, @Nullable String text) {
        for (E constant : type.getEnumConstants()) {
            if (text != null && constant.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
                return Optional.of(constant);
            }
        }
        faults.add(field, "is none of " + List.of(type.getEnumConstants()));
        return Optional.empty();
    }

    static FirewallRuleset of(Optional<Firewall> firewall, boolean applied) {
        return new FirewallRuleset(
                firewall.isPresent(),
                firewall.map(Firewall::inbound).orElse(Verdict.ACCEPT),
                firewall.map(Firewall::outbound).orElse(Verdict.ACCEPT),
                firewall.map(Firewall::rules).orElse(List.of()).stream()
                        .map(RuleText::of)
                        .toList(),
                applied);
    }
}
