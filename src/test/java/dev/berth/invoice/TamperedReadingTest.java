package dev.berth.invoice;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Kind;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.Keys;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One value of one stored reading changes: computing the invoice again names its line and the reading, and staff find the record. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class TamperedReadingTest {
    private static final String FLIP = " = CONCAT(CHAR(ASCII(SUBSTRING(%1$s, 1, 1)) ^ 1), SUBSTRING(%1$s, 2))";

    /** How each column changes. */
    private static final Map<String, String> CHANGES = new TreeMap<>(Map.ofEntries(
            Map.entry("seq", "seq = seq + 1000000"),
            Map.entry("context_id", "context_id = UUID()"),
            Map.entry("kind", "kind = 'CLOSE'"),
            Map.entry("gap_reason", "kind = 'GAP', gap_reason = 'x'"),
            Map.entry("generation", "generation = generation + 1"),
            Map.entry("boot_id", "boot_id = UUID()"),
            Map.entry("start_no", "start_no = start_no + 1"),
            Map.entry("utc", "utc = utc + INTERVAL 1000 MICROSECOND"),
            Map.entry("effective_at", "effective_at = effective_at + INTERVAL 1000 MICROSECOND"),
            Map.entry("monotonic_nanos", "monotonic_nanos = monotonic_nanos + 1"),
            Map.entry("running", "running = NOT running"),
            Map.entry("cpu_usec", "cpu_usec = cpu_usec + 1"),
            Map.entry("cpu_throttled_usec", "cpu_throttled_usec = cpu_throttled_usec + 1"),
            Map.entry("memory_byte_seconds", "memory_byte_seconds = memory_byte_seconds + 1"),
            Map.entry("disk_byte_seconds", "disk_byte_seconds = disk_byte_seconds + 1"),
            Map.entry("net_tx_bytes", "net_tx_bytes = net_tx_bytes + 1"),
            Map.entry("net_rx_bytes", "net_rx_bytes = net_rx_bytes + 1"),
            Map.entry("io_read_bytes", "io_read_bytes = io_read_bytes + 1"),
            Map.entry("io_write_bytes", "io_write_bytes = io_write_bytes + 1"),
            Map.entry("address_seconds", "address_seconds = -1"),
            Map.entry("uptime_seconds", "uptime_seconds = uptime_seconds + 1"),
            Map.entry("cpu_tokens", "cpu_tokens = cpu_tokens + 1"),
            Map.entry("snapshot_byte_seconds", "snapshot_byte_seconds = 1"),
            Map.entry("local_tx_bytes", "local_tx_bytes = 1, local_rx_bytes = 0"),
            Map.entry("local_rx_bytes", "local_tx_bytes = 0, local_rx_bytes = 1"),
            Map.entry("cpu_credit_usec", "cpu_credit_usec = 1, cpu_surplus_usec = 0"),
            Map.entry("cpu_surplus_usec", "cpu_credit_usec = 0, cpu_surplus_usec = 1"),
            Map.entry("prev_hash", "prev_hash" + FLIP.formatted("prev_hash")),
            Map.entry("hash", "hash" + FLIP.formatted("hash"))));

    /** The journal it belongs to is a reference; the other two are the portal's notes, on which no quantity rests. */
    private static final Set<String> NO_PART_OF_A_LINE = Set.of("node_id", "known", "faulty");

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
    private UUID node = new UUID(0, 0);

    @BeforeEach
    void anInvoice() {
        owner = Given.customer();
        UUID account = UUID.fromString(Given.accountOf(owner));
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        node = seed.node();
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, start.plus(Duration.ofDays(3)), Journal.counters(400));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1_000));
    }

    private void billed(Readings... batches) {
        for (Readings batch : batches) {
            ingest.take(node, journal.key(), batch);
        }
        run.run();
        assertEquals(List.of(), wrongLines());
    }

    private List<Integer> wrongLines() {
        String id = as(owner).get("/api/v1/invoices").then().extract().path("items[0].id");
        return as(owner)
                .post("/api/v1/invoices/" + id + "/recompute")
                .then()
                .statusCode(200)
                .extract()
                .path("differences.line");
    }

    private Set<String> columns() {
        return new TreeSet<>(database.list(
                "SELECT column_name AS c FROM information_schema.columns"
                        + " WHERE table_schema = DATABASE() AND table_name = 'reading'",
                row -> row.text("c")));
    }

    @Test
    void everyColumnIsCovered() {
        Set<String> columns = columns();
        Set<String> tested = new TreeSet<>(CHANGES.keySet());
        tested.addAll(NO_PART_OF_A_LINE);

        assertEquals(columns, tested);
    }

    @Test
    void aChangedColumnNamesTheLine() {
        billed(journal.rooted(1, 2), journal.rooted(3, 3));
        String restored = String.join(
                ", ", columns().stream().map(c -> "r." + c + " = k." + c).toList());

        for (Map.Entry<String, String> change : CHANGES.entrySet()) {
            database.update("CREATE OR REPLACE TABLE reading_kept AS SELECT * FROM reading WHERE node_id = ?", node);
            database.update("UPDATE reading SET " + change.getValue() + " WHERE node_id = ? AND seq = 2", node);

            List<Integer> wrong = wrongLines();
            String broken = brokenRecord();

            database.update(
                    "UPDATE reading r JOIN reading_kept k ON k.node_id = r.node_id AND k.seq = 2 SET " + restored
                            + " WHERE r.node_id = ? AND r.seq NOT IN (1, 3)",
                    node);
            assertTrue(wrong.contains(2) && !wrong.contains(1), change.getKey() + " names " + wrong);
            boolean staffSee = !change.getKey().equals("effective_at");
            assertEquals(staffSee ? "found" : "", broken.isEmpty() ? "" : "found", change.getKey() + ": " + broken);
        }
        assertEquals(List.of(), wrongLines());
        assertEquals("", brokenRecord());
    }

    private String brokenRecord() {
        Object what = as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/" + node + "/journal-check")
                .then()
                .statusCode(200)
                .extract()
                .path("broken.what");
        return what == null ? "" : what.toString();
    }

    @Test
    void aReadingThatIsGivenATimeOutsideOfTheBillNamesTheLine() {
        billed(journal.rooted(1, 3));

        database.update(
                "UPDATE reading SET effective_at = effective_at + INTERVAL 100 DAY WHERE node_id = ? AND seq = 2",
                node);

        assertTrue(wrongLines().contains(2));
    }

    @Test
    void aReadingMadeAnewWithItsHashIsNotWhatTheNodeSigned() {
        billed(journal.rooted(1, 2), journal.rooted(3, 3));
        Journal forger = new Journal();
        forger.add(journal.entries().getFirst().reading());
        Readings.Reading real = journal.entries().get(1).reading();
        Readings.Entry forged = forger.add(
                Kind.SAMPLE,
                UUID.fromString(real.contextId()),
                1,
                Instant.ofEpochMilli(real.utcMillis()),
                Journal.counters(401));
        Readings.Entry last = forger.add(journal.entries().getLast().reading());

        write(forged, 401);
        write(last, 1_000);

        assertTrue(wrongLines().contains(2));
        as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/" + node + "/journal-check")
                .then()
                .body("broken.seq", equalTo(2))
                .body("broken.what", containsString("not the record that the node signed"));
    }

    private void write(Readings.Entry entry, long counter) {
        database.update(
                "UPDATE reading SET cpu_usec = ?1, memory_byte_seconds = ?1, disk_byte_seconds = ?1, net_tx_bytes = ?1,"
                                .replace("?1", Long.toString(counter))
                        + " net_rx_bytes = ?1, address_seconds = ?1, uptime_seconds = ?1,"
                                .replace("?1", Long.toString(counter))
                        + " prev_hash = UNHEX(?), hash = UNHEX(?) WHERE node_id = ? AND seq = ?",
                entry.prevHash(),
                entry.hash(),
                node,
                entry.seq());
    }

    @Test
    void aChangedSignatureNamesTheLine() {
        billed(journal.rooted(1, 2), journal.batch(3, 3));

        for (String change : List.of(
                "signature = CONCAT('AAAA', SUBSTRING(signature, 5))",
                "root_signature = CONCAT('AAAA', SUBSTRING(root_signature, 5))",
                "public_key = CONCAT('x', SUBSTRING(public_key, 2))",
                "leaves = CONCAT('xxxx', SUBSTRING(leaves, 5))")) {
            database.update(
                    "CREATE OR REPLACE TABLE batch_kept AS SELECT * FROM reading_batch WHERE node_id = ?", node);
            database.update("UPDATE reading_batch SET " + change + " WHERE node_id = ? AND last_seq = 2", node);

            List<Integer> wrong = wrongLines();

            database.update("DELETE FROM reading_batch WHERE node_id = ?", node);
            database.update("INSERT INTO reading_batch SELECT * FROM batch_kept");
            assertTrue(wrong.contains(2), change + " names " + wrong);
        }
    }

    /** Who can write to the database can sign with a key of his own, but not have it certified. */
    @Test
    void aKeyThatTheNodeNeverHadNamesTheLine() throws Exception {
        certify(journal.key());
        billed(journal.rooted(1, 2), journal.rooted(3, 3));
        String id = as(owner).get("/api/v1/invoices").then().extract().path("items[0].id");
        as(owner)
                .get("/api/v1/invoices/" + id + "/node-keys")
                .then()
                .statusCode(200)
                .body("fingerprint", hasItem(Hashes.hex(journal.key().getEncoded())));

        database.update("DELETE FROM node_certificate WHERE node_id = ?", node);
        certify(new Journal().key());

        assertTrue(wrongLines().contains(2));
        assertEquals("came in a batch signed with a key that the node never had", brokenRecord());
    }

    private void certify(PublicKey key) throws Exception {
        Instant now = clock.instant();
        BigInteger serial = new BigInteger(1, UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        X500Name name = new X500Name("CN=node");
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name, serial, Date.from(now), Date.from(now.plus(Duration.ofDays(1))), name, key)
                        .build(new JcaContentSignerBuilder("SHA256withECDSA")
                                .build(Keys.fresh().getPrivate())));
        StringWriter pem = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(pem)) {
            writer.writeObject(certificate);
        }
        database.update(
                "INSERT INTO node_certificate (serial, node_id, certificate_pem, not_after, created_at)"
                        + " VALUES (?, ?, ?, ?, ?)",
                Hashes.hex(certificate.getEncoded()).substring(0, 40),
                node,
                pem.toString(),
                now.plus(Duration.ofDays(1)),
                now);
    }

    @Test
    void theJournalIsWalkedInParts() {
        billed(journal.rooted(1, 2), journal.batch(3, 3));
        String path = "/api/admin/v1/nodes/" + node + "/journal-check";

        as(Given.SUPPORT)
                .get(path + "?limit=2")
                .then()
                .body("to", equalTo(2))
                .body("records", equalTo(2))
                .body("rooted", equalTo(1))
                .body("next", equalTo(3));
        as(Given.SUPPORT)
                .get(path + "?from=3")
                .then()
                .body("records", equalTo(1))
                .body("rooted", equalTo(0))
                .body("next", equalTo(null));
        as(Given.SUPPORT).get(path + "?limit=0").then().statusCode(422);
        as(Given.SUPPORT)
                .get("/api/admin/v1/nodes/" + UUID.randomUUID() + "/journal-check")
                .then()
                .statusCode(404);
    }
}
