package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.catalog.PlanDesk;
import dev.berth.catalog.PlanDesk.Shelved;
import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.Simulator.Impact;
import dev.berth.invoice.Simulator.Touched;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.Money;
import dev.berth.units.Period;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who would pay more, asked on the page on which a plan is sold in its next version. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class StaffPlanImpactTest {
    private static final Pattern TAGS = Pattern.compile("<[^>]*>");
    private static final String TABLE = "data-testid=\"impact\"";

    @Inject
    Seed seed;

    @Inject
    Database database;

    @Inject
    ReadingIngest ingest;

    @Inject
    PlanDesk desk;

    @Inject
    InstantSource clock;

    private final String slug = "i-" + UUID.randomUUID();
    private final String path = "/staff/plans/" + slug;
    private UUID version = new UUID(0, 0);
    private Instant lastMonth = Instant.EPOCH;
    private Instant thisMonth = Instant.EPOCH;

    /** At 4.00 a month and 0.10 for each 100 bytes sent, not for sale. */
    @BeforeEach
    void aPlan() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        lastMonth = start(month.minusMonths(1));
        thisMonth = start(month);
        Map<String, String> fields = Forms.shown(Forms.open(Given.ADMIN, "/staff/new-plan"));
        fields.putAll(Map.of("slug", slug, "name", "Sloop", "summary", "For trying.", "line0.unitPrice", "4"));
        fields.putAll(Map.of("line1.model", "USAGE", "line1.meter", "NETWORK_BYTES_SENT", "line1.label", "Traffic"));
        fields.putAll(Map.of("line1.unitLabel", "100 B", "line1.unitQuantity", "100", "line1.unitPrice", "0.10"));
        Forms.done(Forms.send(Given.ADMIN, "/staff/new-plan", Forms.key(Given.ADMIN, "/staff/new-plan"), fields));
        version = desk.get(slug).versions().getFirst().plan().versionId();
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private UUID customer(String name) {
        UUID account = seed.account();
        database.update("UPDATE account SET name = ? WHERE id = ?", name, account);
        return account;
    }

    private void server(UUID account, long sentLastMonth) {
        UUID node = seed.node();
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, lastMonth, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, lastMonth, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, thisMonth, Journal.counters(sentLastMonth));
        ingest.take(node, journal.key(), journal.all());
    }

    private Response ask(String caller, Map<String, String> fields) {
        return Forms.send(caller, path + "/impact", UUID.randomUUID().toString(), fields);
    }

    /** What the form has, with a fee of 11 and traffic for nothing. */
    private Map<String, String> dearer() {
        Map<String, String> fields = Forms.shown(Forms.open(Given.ADMIN, path));
        fields.putAll(Map.of("line0.unitPrice", "11", "line1.model", "", "line1.label", ""));
        return fields;
    }

    private long versions() {
        return desk.get(slug).versions().size();
    }

    /** What a reader sees of each row. */
    private static List<String> rows(String page) {
        return Pattern.compile("<tr data-testid=\"touched\">(.*?)</tr>", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(row -> TAGS.matcher(row.group(1)).replaceAll(" ").strip().replaceAll(" +", " "))
                .toList();
    }

    private static String sum(String page, String name) {
        return page.replaceAll("(?s).*data-testid=\"" + name + "\">([^<]*)<.*", "$1");
    }

    @Test
    void whoWouldPayMoreIsShownAndWhatWasTypedCanThenBeSold() {
        UUID less = customer("Heavy sender");
        server(less, 9_000);
        UUID more = customer("Tom <b>");
        server(more, 1_000);
        server(more, 0);

        Response answer = ask(Given.ADMIN, dearer());

        PageRules.check(answer, 200);
        String page = answer.asString();
        assertEquals(List.of("Tom &lt;b&gt; 2 €9.00 €22.00 €13.00", "Heavy sender 1 €13.00 €11.00 −€2.00"), rows(page));
        assertTrue(page.contains("<a href=\"/staff/accounts/" + more + "\">"), page);
        assertEquals("€22.00", sum(page, "impact-present"));
        assertEquals("€33.00", sum(page, "impact-other"));
        assertEquals("€11.00", sum(page, "impact-more"));
        assertFalse(page.contains("data-testid=\"left-out\""), "nobody is left out");
        assertFalse(page.contains("data-testid=\"unseen\""), "everybody was looked at");
        assertEquals(1, versions());
        Map<String, String> still = Forms.shown(page);
        assertEquals("11", still.get("line0.unitPrice"));
        assertEquals("", still.getOrDefault("line1.label", ""));

        still.put("line0.unitPrice", "4");
        assertEquals("€12.00", sum(ask(Given.ADMIN, still).asString(), "impact-other"), "asked again");
        still.put("line0.unitPrice", "11");
        Forms.done(Forms.send(Given.ADMIN, path + "/versions", Forms.key(Given.ADMIN, path), still));
        assertEquals(2, versions());
        assertEquals(1, desk.get(slug).versions().getFirst().plan().lines().size());
    }

    @Test
    void theButtonIsBesideTheOneThatSellsAndSendsTheSameForm() {
        String page = Forms.open(Given.ADMIN, path);

        assertFalse(page.contains(TABLE), "nobody asked yet");
        String form = page.substring(page.indexOf("id=\"new-version\""));
        assertTrue(form.contains("formaction=\"" + path + "/impact\""), form);
        assertTrue(form.indexOf("Sell this version") < form.indexOf("Who would pay more?"), "Enter sells, as before");
        assertTrue(form.indexOf("Who would pay more?") < form.indexOf("</form>"), form);
    }

    @Test
    void whatIsWrongIsSaidBesideItsFieldInsteadOfATable() {
        Map<String, String> fields = dearer();
        fields.putAll(Map.of("line0.unitPrice", "x", "limits.memoryBytes", "much"));

        String page = Forms.refused(ask(Given.ADMIN, fields), "line0.unitPrice", "limits.memoryBytes");

        assertFalse(page.contains(TABLE), page);
        assertTrue(page.contains("value=\"much\""), "what was typed is kept");
    }

    @Test
    void nobodyMayBeOnAPlanAndOnlyStaffAsk() {
        Map<String, String> fields = dearer();
        for (String staff : List.of(Given.ADMIN, Given.SUPPORT)) {
            Response answer = ask(staff, fields);
            PageRules.check(answer, 200);
            assertTrue(answer.asString().contains("Nobody had a VPS on this plan then."), answer.asString());
        }
        PageRules.check(ask(Given.customer(), fields), 403);
        PageRules.check(
                Forms.send(
                        Given.ADMIN,
                        "/staff/plans/no-such/impact",
                        UUID.randomUUID().toString(),
                        fields),
                404);
    }

    @Test
    void howManyAreLeftOutIsSaid() {
        Shelved shelved = desk.get(slug);
        Money one = Money.of("1.00", "EUR");
        Impact impact = new Impact(
                shelved.versions().getFirst().plan(),
                new Period(lastMonth, thisMonth),
                List.of(new Touched(UUID.randomUUID(), "Tom", 1, one, one.plus(one), one)),
                7,
                3,
                Money.of("8.00", "EUR"),
                Money.of("9.00", "EUR"));
        Filled filled = Filled.with(PlanForm.typed(impact.plan()));
        StaffPlanPages.Sheet sheet =
                new StaffPlanPages.Sheet(filled, "key", true, Prices.of(filled), Optional.of(impact));

        String page = StaffPlanPages.Templates.plan(shelved, impact.plan(), sheet)
                .data("shell", new Shell("Ada", false, true, false, "bills"))
                .render();

        assertTrue(page.contains("7 accounts are left out"), page);
        assertTrue(page.contains("3 accounts were not looked at"), page);
        assertEquals("€1.00", sum(page, "impact-more"));
    }
}
