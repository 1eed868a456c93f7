package dev.berth.evidence;

import static dev.berth.testing.Given.as;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.JournalText;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Kind;
import dev.berth.evidence.Report.Verdict;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.invoice.BillRun;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.NodeId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle of a real invoice, intact and changed in every way. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class BundleTest {
    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private final Journal journal = new Journal();
    private String owner = "";
    private UUID vps = new UUID(0, 0);
    private UUID neighbour = new UUID(0, 0);
    private UUID version = new UUID(0, 0);
    private UUID node = new UUID(0, 0);
    private UUID account = new UUID(0, 0);
    private Instant start = Instant.EPOCH;

    /** A VPS of last month on 4.00 a month and on tiers for a thousand bytes sent; a neighbour's records stand between its own. */
    @BeforeEach
    void aMonthOfTwoCustomers() {
        owner = Given.customer();
        account = UUID.fromString(Given.accountOf(owner));
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("TIERED", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        seed.tariffTier(version, 2, 1, Optional.of(500L), "0.10");
        seed.tariffTier(version, 2, 2, Optional.empty(), "0.07");
        node = seed.node();
        vps = seed.vps(account, node, version);
        neighbour = seed.vps(seed.account(), node, version);
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.OPEN, neighbour, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, start.plus(Duration.ofDays(3)), Journal.counters(400));
        journal.add(Kind.SAMPLE, neighbour, 1, start.plus(Duration.ofDays(3)), Journal.counters(777_777));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1_000));
        journal.add(Kind.SAMPLE, neighbour, 1, end, Journal.counters(888_888));
    }

    private Unzipped billed(Readings... batches) throws IOException {
        seed.subscription(vps, account, version, start, Optional.empty());
        for (Readings batch : batches) {
            assertEquals(new Result.Acked(batch.records().getLast().seq()), ingest.take(node, journal.key(), batch));
        }
        run.run();
        return Unzipped.of(download());
    }

    private byte[] download() {
        return as(owner)
                .get("/api/v1/invoices/" + invoice() + "/bundle")
                .then()
                .statusCode(200)
                .contentType("application/zip")
                .extract()
                .asByteArray();
    }

    private String invoice() {
        return as(owner).get("/api/v1/invoices").then().extract().path("items[0].id");
    }

    private Unzipped billed() throws IOException {
        return billed(journal.rooted(1, 4), journal.rooted(5, 6));
    }

    private String readings() {
        return Rows.file(vps, new NodeId(node));
    }

    @Test
    void anIntactBundleIsProved(@TempDir Path directory) throws IOException {
        Unzipped bundle = billed();

        Report report = Verifier.verify(bundle);

        assertEquals(Verdict.PROVED, report.verdict(), report.text());
        assertTrue(report.lines().get(1).said().contains("3 readings, all under the signature of node"), report.text());
        assertTrue(report.lines().get(1).said().contains("amount 0.85 EUR = computed again"), report.text());
        assertTrue(report.text().contains(Keys.sha256(journal.key().getEncoded())));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String file = bundle.zip(directory).toString();
        assertEquals(0, Verify.run(List.of(file), new PrintStream(out, true, StandardCharsets.UTF_8)));
        assertEquals(report.text(), out.toString(StandardCharsets.UTF_8));
    }

    /** As on a customer's machine: the checkout, a JDK and the file. */
    @Test
    void theCommandProvesItWithoutAnythingElse(@TempDir Path directory) throws Exception {
        String file = billed().zip(directory).toString();
        Path out = directory.resolve("out");
        ProcessBuilder command = new ProcessBuilder("./berth", "verify", file)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        command.environment().put("BERTH_VAR", directory.resolve("var").toString());

        Process process = command.start();

        assertTrue(process.waitFor(180, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), Files.readString(out));
        assertTrue(Files.readString(out).endsWith("Result: every line is proved.\n"), Files.readString(out));
    }

    @Test
    void theSameInvoiceGivesTheSameBytes() throws IOException {
        billed();

        assertArrayEquals(download(), download());
    }

    @Test
    void nothingOfTheNeighbourIsInIt() throws IOException {
        Unzipped bundle = billed();

        for (String name : bundle.names()) {
            String text = bundle.text(name);
            assertFalse(
                    text.contains(neighbour.toString()) || text.contains("777777") || text.contains("888888"), name);
        }
    }

    @Test
    void aDraftHasNone() {
        seed.subscription(vps, account, version, start, Optional.empty());
        String id = as(owner)
                .get("/api/v1/invoices/so-far")
                .then()
                .statusCode(200)
                .extract()
                .path("id");

        as(owner).get("/api/v1/invoices/" + id + "/bundle").then().statusCode(409);
    }

    @Test
    void recordsOfAnOlderNodeAreSaidToRestOnThePortal() throws IOException {
        Report report = Verifier.verify(billed(journal.batch(1, 4), journal.batch(5, 6)));

        assertEquals(Verdict.NOT_ALL_SIGNED, report.verdict(), report.text());
        assertEquals(3, report.lines().get(1).unsigned());
        assertTrue(report.text().contains("3 on the portal's word"), report.text());
    }

    @Test
    void theEndOfAChainProvesWhatLeadsToIt() throws IOException {
        Report report = Verifier.verify(billed(journal.batch(1, 1), journal.batch(2, 3), journal.batch(4, 6)));

        assertEquals(1, report.lines().get(1).unsigned(), report.text());
    }

    @Test
    void oneChangedByteNamesTheLine() throws IOException {
        Unzipped bundle = billed();
        List<String> missed = new ArrayList<>();
        List<String> data = new ArrayList<>(bundle.in("lines/"));
        data.addAll(bundle.in("tariffs/"));
        data.addAll(bundle.in("readings/"));
        for (String file : data) {
            // each byte of the second line and its readings, every seventh of the rest: a check takes some milliseconds
            int step = expected(file).equals(List.of(2)) ? 1 : 7;
            for (int place = 0; place < bundle.bytes(file).length; place += step) {
                Report report = Verifier.verify(bundle.flipped(file, place));
                if (!named(report).equals(expected(file))) {
                    missed.add("%s at %d: %s".formatted(file, place, report.text()));
                }
            }
        }
        assertEquals(List.of(), missed.stream().limit(3).toList(), () -> missed.size() + " changes");
        for (String file : List.of("invoice.json", Manifest.FILE)) {
            for (int place = 0; place < bundle.bytes(file).length; place += 7) {
                Report report = Verifier.verify(bundle.flipped(file, place));
                assertEquals(Verdict.WRONG, report.verdict(), "%s at %d: %s".formatted(file, place, report.text()));
            }
        }
    }

    private static List<Integer> named(Report report) {
        return report.lines().stream()
                .filter(line -> !line.wrong().isEmpty())
                .map(Report.Line::n)
                .toList();
    }

    private static List<Integer> expected(String file) {
        return switch (file) {
            case "lines/0001.json" -> List.of(1);
            case "lines/0002.json" -> List.of(2);
            case String readings when readings.startsWith("readings/") -> List.of(2);
            default -> List.of(1, 2);
        };
    }

    /** Who changes a file can make a new manifest as well. */
    @Test
    void aForgerWithANewManifestIsFound() throws IOException {
        Unzipped bundle = billed();
        String tariff = TariffText.file(version);
        String hash = journal.entries().get(2).hash();

        found(bundle.forged("lines/0002.json", "\"amount\": \"0.85\"", "\"amount\": \"0.95\""), 2, "amount is 0.95");
        found(bundle.forged("lines/0002.json", "\"exact\": \"0.85", "\"exact\": \"0.95"), 2, "exact amount is 0.95");
        found(
                bundle.forged("lines/0002.json", "\"quantity\": \"1000\"", "\"quantity\": \"1001\""),
                2,
                "quantity is 1001");
        found(bundle.forged("lines/0002.json", "\"carriedIn\": \"0.00", "\"carriedIn\": \"0.01"), 2, "carries");
        found(bundle.forged("lines/0002.json", "\"lastSeq\": \"5\"", "\"lastSeq\": \"3\""), 2, "rests on");
        found(bundle.forged("lines/0001.json", "\"unitPrice\": \"4", "\"unitPrice\": \"5"), 1, "unit price is 5");
        found(bundle.forged(tariff, "\"unitPrice\": \"0.07\"", "\"unitPrice\": \"0.08\""), 2, "exact amount is 0.85");
        found(bundle.forged(tariff, "\"unitPrice\": \"4\"", "\"unitPrice\": \"3\""), 1, "unit price is 4");
        found(bundle.forged(readings(), ",400,", ",300,"), 2, "reading 3 of node");
        found(bundle.forged(readings(), hash, "0".repeat(64)), 2, "is not what its hash says");
        found(bundle.forged(readings(), journal.entries().get(1).hash(), "0".repeat(64)), 2, "reading 3 of node");
        found(bundle.without(readings()).manifested(), 2, "are missing");
    }

    /** 300 bytes more a month are covered beside the 100 of the plan's third line. */
    @Test
    void whatAnAddOnCoversIsPartOfTheProof() throws IOException {
        seed.tariffLine(version, 3, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_RECEIVED"), 100, 100, "0.10"));
        addOn();

        Unzipped bundle = billed();
        Report report = Verifier.verify(bundle);

        assertEquals(Verdict.NOT_ALL_SIGNED, report.verdict(), report.text());
        assertEquals(4, report.lines().size());
        assertTrue(report.lines().get(2).said().startsWith("proved: 3 readings"), report.text());
        assertTrue(bundle.text("lines/0003.json").contains("\"included\": \"400\""), bundle.text("lines/0003.json"));
        assertTrue(report.lines().get(3).said().startsWith("not proved"), report.text());
        found(
                bundle.forged(
                        "lines/0003.json",
                        "\"NETWORK_BYTES_RECEIVED\": \"300\"",
                        "\"NETWORK_BYTES_RECEIVED\": \"200\""),
                3,
                "included quantity is 400, computed it is 300");
    }

    private void addOn() {
        UUID addOn = UUID.randomUUID();
        UUID price = UUID.randomUUID();
        database.update(
                "INSERT INTO add_on (id, slug, name, summary, kind, meter, quantity, most, position, listed)"
                        + " VALUES (?, ?, 'More traffic', '', 'ALLOWANCE', 'NETWORK_BYTES_RECEIVED', 300, 10, 1, FALSE)",
                addOn,
                addOn);
        database.update(
                "INSERT INTO add_on_version (id, add_on_id, version, valid_from, currency, monthly_price)"
                        + " VALUES (?, ?, 1, ?, 'EUR', 1)",
                price,
                addOn,
                start);
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units, new_units,"
                        + " valid_from) VALUES (?, ?, ?, ?, ?, 1, 1, ?)",
                UUID.randomUUID(),
                vps,
                account,
                addOn,
                price,
                start);
    }

    @Test
    void wrongSumsAndTaxesAreFound() throws IOException {
        Unzipped bundle = billed();

        for (List<String> change : List.of(
                List.of("\"net\": \"4.85\"", "\"net\": \"4.84\"", "the lines sum to 4.85"),
                List.of("\"basisPoints\": \"1900\"", "\"basisPoints\": \"1800\"", "computed it is 0.87 EUR"),
                List.of("\"base\": \"4.85\"", "\"base\": \"4.86\"", "the rates are for 4.86"),
                List.of("\"total\": \"5.77\"", "\"total\": \"5.78\"", "do not sum to the total of 5.78"))) {
            Report report = Verifier.verify(bundle.forged("invoice.json", change.get(0), change.get(1)));
            assertTrue(
                    report.general().stream().anyMatch(said -> said.contains(change.get(2))),
                    () -> change + report.text());
        }
    }

    /** Whoever says that a line needs no proof is taken at his word, and that it is no more than a word is said. */
    @Test
    void aLineWithoutProofIsSaidToHaveNone() throws IOException {
        Report report =
                Verifier.verify(billed().forged("lines/0001.json", "\"basis\": \"TARIFF\"", "\"basis\": \"PORTAL\""));

        assertEquals(Verdict.NOT_ALL_SIGNED, report.verdict());
        assertTrue(report.lines().getFirst().said().startsWith("not proved: it rests on the portal's records"));
    }

    /** A reading that is consistent in itself, hash and all, but that the node never signed. */
    @Test
    void aReadingThatTheNodeDidNotWriteIsFound() throws IOException {
        Unzipped bundle = billed();
        Journal other = new Journal();
        journal.entries().subList(0, 2).forEach(entry -> other.add(entry.reading()));
        Readings.Entry real = journal.entries().get(2);
        Readings.Entry forged = other.add(
                Kind.SAMPLE, vps, 1, Instant.ofEpochMilli(real.reading().utcMillis()), Journal.counters(300));
        assertEquals(real.prevHash(), forged.prevHash());
        Unzipped changed = bundle.forged(
                        readings(), JournalText.of(3, real.reading()), JournalText.of(3, forged.reading()))
                .forged(readings(), real.hash(), forged.hash());

        found(changed, 2, "does not lead to the root that the node signed");
    }

    private static void found(Unzipped bundle, int line, String what) throws IOException {
        Report report = Verifier.verify(bundle);
        List<String> wrong = report.lines().get(line - 1).wrong();
        assertTrue(wrong.stream().anyMatch(said -> said.contains(what)), () -> what + ": " + report.text());
    }
}
