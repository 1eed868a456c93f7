package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.pages.FirewallText.Parsed;
import dev.berth.vps.FirewallRuleset.RuleText;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirewallTextTest {
    @Test
    void whatIsTypedIsWhatIsShownAgain() {
        String typed = """
                in accept tcp 22 from 192.0.2.0/24
                in accept tcp 80-443
                in accept icmp
                out drop tcp 25 to 2001:db8::/32
                out accept any""";
        Parsed parsed = FirewallText.parse(typed);
        assertEquals(List.of(), parsed.faults());
        assertEquals(typed, FirewallText.of(parsed.rules()));
    }

    @Test
    void spacesCaseAndRemarksDoNotMatter() {
        Parsed parsed = FirewallText.parse("# web\n\n  IN  Accept  TCP 80-80 \r\nin drop\n");
        assertEquals(List.of(), parsed.faults());
        assertEquals(
                List.of(
                        new RuleText("IN", "ACCEPT", "TCP", 80, 80, null),
                        new RuleText("IN", "DROP", "ANY", null, null, null)),
                parsed.rules());
    }

    @Test
    void everyLineThatIsNotUnderstoodIsNamed() {
        assertEquals(
                List.of("Line 2 is not understood.", "Line 3 is not understood."),
                FirewallText.parse("in accept\nallow everything\nin accept tcp 80 81")
                        .faults());
    }
}
