package dev.berth.pages;

import dev.berth.vps.FirewallRuleset.RuleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Firewall rules as lines that a person can type: {@code in accept tcp 80-443 from 192.0.2.0/24}. */
final class FirewallText {
    private static final Pattern LINE = Pattern.compile(
            "(in|out) (accept|drop)(?: (any|tcp|udp|icmp))?(?: ([0-9]{1,5})(?:-([0-9]{1,5}))?)?(?: (?:from|to) (\\S{1,43}))?");

    private FirewallText() {}

    /**
     * @param rules of the lines that were understood
     * @param faults one sentence for each line that was not
     */
    record Parsed(List<RuleText> rules, List<String> faults) {}

    static Parsed parse(String text) {
        List<RuleText> rules = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                rules.add(rule(matcher));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                faults.add("Line %d is not understood.".formatted(i + 1));
            }
        }
        return new Parsed(rules, faults);
    }

    private static RuleText rule(Matcher matcher) {
        @Nullable String protocol = matcher.group(3);
        @Nullable String first = matcher.group(4);
        @Nullable String last = matcher.group(5);
        return new RuleText(
                upper(matcher.group(1)),
                upper(matcher.group(2)),
                protocol == null ? "ANY" : upper(protocol),
                first == null ? null : Integer.valueOf(first),
                last == null ? null : Integer.valueOf(last),
                matcher.group(6));
    }

    private static String upper(@Nullable String word) {
        return Objects.requireNonNull(word).toUpperCase(Locale.ROOT);
    }

    static String of(List<RuleText> rules) {
        return rules.stream().map(FirewallText::line).collect(Collectors.joining("\n"));
    }

    private static String line(RuleText rule) {
        StringBuilder line = new StringBuilder("%s %s %s".formatted(rule.direction(), rule.verdict(), rule.protocol()));
        Integer first = rule.firstPort();
        Integer last = rule.lastPort();
        if (first != null) {
            line.append(' ').append(first);
        }
        if (last != null && !last.equals(first)) {
            line.append('-').append(last);
        }
        if (rule.peer() != null) {
            line.append("IN".equals(rule.direction()) ? " from " : " to ").append(rule.peer());
        }
        return line.toString().toLowerCase(Locale.ROOT);
    }
}
