package dev.berth.node.kernel;

import dev.berth.node.host.ExplainedException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why LXC could not start a context, from its log. The line that was logged first lies deepest; those after it say what
 * failed in turn. Lines look like {@code lxc-start NAME 20260101120000.000 ERROR    network - ../src/lxc/network.c:fn:1 - text}.
 */
record StartFailure(String code, String sentence) {
    private static final StartFailure UNKNOWN = new StartFailure("unknown", "The container could not be started.");
    private static final Pattern ERROR = Pattern.compile("\\b(ERROR|CRIT|ALERT|EMERG|FATAL)\\b");

    /** What a line of the log means. */
    private record Rule(Pattern line, StartFailure meaning) {}

    private static final List<Rule> RULES = List.of(
            rule("cannot allocate memory|out of memory", "out-of-memory", "The host has no memory left to start it."),
            rule(
                    "newuidmap|newgidmap|uid_map|gid_map|id ?map",
                    "id-map",
                    "Its range of user ids could not be set up on the host."),
            rule("apparmor|lsm", "apparmor", "Its AppArmor profile could not be applied on the host."),
            rule("failed to exec|exec format|/sbin/init", "no-init", "Its file system holds no init that can be run."),
            rule(
                    "rootfs|overlay|failed to mount|pivot_root",
                    "no-image",
                    "Its root file system could not be opened: image or mount is missing."),
            rule("cgroup|cgfsng|cpuset", "cgroup", "Its resource limits could not be set up on the host."),
            rule("network|netlink|netdev|veth|route|ipv[46]", "network", "It could not be connected to the network."));

    static StartFailure of(String log) {
        return log.lines()
                .filter(line -> ERROR.matcher(line).find())
                .map(StartFailure::meaning)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(UNKNOWN);
    }

    ExplainedException exception(String detail) {
        return new ExplainedException(code, sentence, detail);
    }

    private static Optional<StartFailure> meaning(String line) {
        return RULES.stream()
                .filter(rule -> rule.line().matcher(line).find())
                .map(Rule::meaning)
                .findFirst();
    }

    private static Rule rule(String pattern, String code, String sentence) {
        return new Rule(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), new StartFailure(code, sentence));
    }
}
