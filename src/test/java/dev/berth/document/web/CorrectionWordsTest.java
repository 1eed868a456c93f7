package dev.berth.document.web;

import static dev.berth.testing.Given.as;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.document.Verdict;
import dev.berth.fleet.ReadingSink.Result;
import dev.berth.invoice.BillRun;
import dev.berth.mail.EnclosureMaker;
import dev.berth.mail.Mail;
import dev.berth.mail.Outbox;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.vps.PastHolds;
import dev.berth.vps.Vps.Suspension.How;
import io.quarkus.arc.All;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invoice with a correction of an earlier one and a fee that stood still, as its reader gets it: on the page and enclosed in its mail. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CorrectionWordsTest {
    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    PastHolds holds;

    @Inject
    DocumentMails mails;

    @Inject
    Outbox outbox;

    @Inject
    @All
    List<EnclosureMaker> makers;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    private Instant month(int before) {
        return YearMonth.from(clock.instant().atZone(ZoneOffset.UTC))
                .minusMonths(before)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    private static Instant day(Instant month, int day) {
        return month.plus(Duration.ofDays(day));
    }

    /** Newest first: the second corrects the first, and its VPS was frozen for three days. */
    private List<String> twoInvoices(String owner, UUID account) {
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        UUID node = seed.node();
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, month(2), Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, month(2), Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, day(month(2), 10), Journal.counters(500));
        journal.add(Kind.SAMPLE, vps, 1, month(1), Journal.counters(1_300));
        journal.add(Kind.SAMPLE, vps, 1, month(0), Journal.counters(1_450));
        assertEquals(new Result.Acked(2), ingest.take(node, journal.key(), journal.rooted(1, 2)));
        run.run();
        UUID waiting = database.one(
                        "SELECT id FROM billing_period WHERE account_id = ? AND period_from = ?",
                        row -> row.uuid("id"),
                        account,
                        month(2))
                .orElseThrow();
        Given.once(Given.ADMIN)
                .body(Map.of("reason", "its node burnt down"))
                .post("/api/admin/v1/parked-periods/" + waiting + "/release")
                .then()
                .statusCode(200);
        run.run();
        holds.ladder(vps, How.FREEZE, day(month(1), 5));
        holds.paid(vps, day(month(1), 8));
        assertEquals(new Result.Acked(4), ingest.take(node, journal.key(), journal.rooted(3, 4)));
        database.update("UPDATE billing_period SET next_attempt_at = period_to WHERE account_id = ?", account);
        run.run();
        List<String> invoices =
                as(owner).get("/api/v1/invoices").then().extract().path("items.id");
        assertEquals(2, invoices.size());
        return invoices;
    }

    private static String text(byte[] pdf) throws IOException {
        try (PDDocument file = Loader.loadPDF(pdf)) {
            return new PDFTextStripper().getText(file).replaceAll("[\\s\u00A0\u202F]+", " ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            en | Correction of invoice %s, as readings came late: | not charged while suspended: 3 d 0 h | Invoice %s from | your invoice %s for
            de | Korrektur der Rechnung %s wegen verspäteter Messwerte: | während der Sperre nicht berechnet: 3 Tg. 0 Std. | Rechnung %s von | Ihre Rechnung %s für
            fr | Correction de la facture %s, des relevés étant arrivés en retard : | non facturé pendant la suspension : 3 j 0 h | Facture %s de | votre facture %s pour
            es | Corrección de la factura %s por lecturas que llegaron tarde: | no facturado durante la suspensión: 3 d 0 h | Factura %s de | su factura %s de
            """)
    void correctionsAndPausesAreSaidInTheReadersLanguage(
            String language, String correction, String pause, String subject, String words) throws IOException {
        String owner = Given.customer();
        UUID account = UUID.fromString(Given.accountOf(owner));
        database.update("UPDATE account SET email = 'owner@example.org' WHERE id = ?", account);
        seed.language(account, month(3), language);
        List<String> invoices = twoInvoices(owner, account);
        String id = invoices.getFirst();
        String corrected = as(owner)
                .get("/api/v1/invoices/" + invoices.getLast())
                .then()
                .extract()
                .path("number");
        String number = as(owner).get("/api/v1/invoices/" + id).then().extract().path("number");
        byte[] pdf = as(owner)
                .get("/api/v1/invoices/" + id + "/pdf")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();

        Verdict.of(pdf, "invoice.pdf").requireValid();
        mails.run();
        Mail mail = outbox.ofKey("invoice/" + id).orElseThrow().mail();
        assertEquals(language, mail.language().getLanguage());
        assertTrue(mail.subject().startsWith(subject.formatted(number)), mail::subject);
        assertTrue(mail.text().contains(words.formatted(number)), mail::text);
        byte[] enclosed = makers.stream()
                .filter(maker ->
                        maker.name().equals(mail.enclosures().getFirst().maker()))
                .findFirst()
                .orElseThrow()
                .make(id)
                .bytes();
        for (byte[] file : List.of(pdf, enclosed)) {
            String text = text(file);
            assertTrue(text.contains(correction.formatted(corrected)), text);
            assertTrue(text.contains(pause), text);
        }
    }
}
