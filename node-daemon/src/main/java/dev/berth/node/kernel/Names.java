package dev.berth.node.kernel;

import dev.berth.contract.Patterns;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What things of one context are called on the host, derived from its id and back. */
final class Names {
    private static final Pattern COUNTER =
            Pattern.compile("l?[tr]x_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})");
    private static final int RANDOM_PART = 24;

    private Names() {}

    static boolean isContextId(String text) {
        return Patterns.UUID.matcher(text).matches();
    }

    /** Interface names have at most 15 characters: the last 12 digits are the random part of a UUIDv7. */
    static String veth(String contextId) {
        return "b" + contextId.substring(RANDOM_PART);
    }

    static String sentCounter(String contextId) {
        return "tx_" + contextId.replace("-", "");
    }

    static String receivedCounter(String contextId) {
        return "rx_" + contextId.replace("-", "");
    }

    /** The part of what was sent that stays in local networks. */
    static String localSentCounter(String contextId) {
        return "l" + sentCounter(contextId);
    }

    static String localReceivedCounter(String contextId) {
        return "l" + receivedCounter(contextId);
    }

    /** Of the firewall, for what comes to the context. */
    static String inChain(String contextId) {
        return "in_" + contextId.replace("-", "");
    }

    /** Of the firewall, for what the context sends. */
    static String outChain(String contextId) {
        return "out_" + contextId.replace("-", "");
    }

    /** What the context may send past the uplink. */
    static String ceiling(String contextId) {
        return "ceil_" + contextId.replace("-", "");
    }

    static Optional<String> contextOfCounter(String counter) {
        Matcher matcher = COUNTER.matcher(counter);
        return matcher.matches() ? Optional.of(matcher.replaceFirst("$1-$2-$3-$4-$5")) : Optional.empty();
    }
}
