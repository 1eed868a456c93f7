package dev.berth.document.web;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.document.Language;
import dev.berth.document.Verdict;
import dev.berth.invoice.BillRun;
import dev.berth.mail.EnclosureMaker;
import dev.berth.mail.Outbox;
import dev.berth.mail.OutboxMail;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.testing.StripeDouble;
import io.quarkus.arc.All;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of an invoice out of the bill run: as files that a validator finds nothing wrong with, and once by mail. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
@QuarkusTestResource(StripeDouble.class)
class InvoiceFilesTest {
    @Inject
    Seed seed;

    @Inject
    ReadingIngest ingest;

    @Inject
    BillRun run;

    @Inject
    DocumentMails mails;

    @Inject
    Outbox outbox;

    @Inject
    Database database;

    @Inject
    @All
    List<EnclosureMaker> makers;

    @Inject
    InstantSource clock;

    private String owner = "";
    private String account = "";
    private UUID node = new UUID(0, 0);
    private Journal journal = new Journal();
    private UUID vps = new UUID(0, 0);
    private Instant end = Instant.EPOCH;

    @BeforeEach
    void aVpsOfLastMonth() {
        owner = Given.customer();
        account = Given.accountOf(owner);
        database.update("UPDATE account SET email = 'owner@example.org' WHERE id = ?", account);
        journal = new Journal();
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "4"));
        seed.tariffLine(version, 2, new Seed.Price("USAGE", Optional.of("NETWORK_BYTES_SENT"), 0, 100, "0.10"));
        node = seed.node();
        UUID accountId = UUID.fromString(account);
        vps = seed.vps(accountId, node, version);
        seed.subscription(vps, accountId, version, start, Optional.empty());
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
    }

    private String invoice() {
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1_000));
        ingest.take(node, journal.key(), journal.all());
        run.run();
        return as(owner).get("/api/v1/invoices").then().extract().path("items[0].id");
    }

    private byte[] file(String id, String what) {
        return as(owner)
                .get("/api/v1/invoices/" + id + "/" + what)
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
    }

    @Test
    void theFilesOfAnInvoiceAreValidAndNeverChange() {
        String id = invoice();
        byte[] pdf = file(id, "pdf");
        byte[] xml = file(id, "facturx.xml");

        Verdict.of(pdf, "invoice.pdf").requireValid();
        Verdict.of(xml, "invoice.xml").requireValid();
        assertArrayEquals(pdf, file(id, "pdf"));
        Given.once(Given.SUPPORT)
                .body(Map.of("amount", "100.00", "reason", "test"))
                .post("/api/admin/v1/accounts/" + account + "/credit-grants")
                .then()
                .statusCode(201);
        run.run();
        as(owner).get("/api/v1/invoices/" + id).then().body("state", equalTo("PAID"));
        assertArrayEquals(pdf, file(id, "pdf"), "a later payment is no part of the invoice");
        assertArrayEquals(xml, file(id, "facturx.xml"));
    }

    @Test
    void whatIsPaidWhenItIsIssuedSaysSo() {
        Given.once(Given.SUPPORT)
                .body(Map.of("amount", "100.00", "reason", "test"))
                .post("/api/admin/v1/accounts/" + account + "/credit-grants")
                .then()
                .statusCode(201);

        String xml = new String(file(invoice(), "facturx.xml"), StandardCharsets.UTF_8);

        assertTrue(xml.contains("<ram:DuePayableAmount>0.00</ram:DuePayableAmount>"), xml);
    }

    @Test
    void anXRechnungThatCannotBeSaysWhatIsMissing() {
        as(owner)
                .get("/api/v1/invoices/" + invoice() + "/xrechnung")
                .then()
                .statusCode(409)
                .body("code", equalTo("xrechnung-incomplete"))
                .body("detail", containsString("the buyer's city"));
    }

    @Test
    void aDraftHasNoXml() {
        ingest.take(node, journal.key(), journal.all());
        String id = as(owner).get("/api/v1/invoices/so-far").then().extract().path("id");

        as(owner)
                .get("/api/v1/invoices/" + id + "/facturx.xml")
                .then()
                .statusCode(409)
                .body("code", equalTo("invoice-not-final"));
        assertTrue(new String(file(id, "pdf"), StandardCharsets.ISO_8859_1).startsWith("%PDF"));
    }

    @Test
    void anInvoiceIsMailedOnceWithItsPdf() {
        String id = invoice();

        mails.run();
        mails.run();

        OutboxMail mail = outbox.ofKey("invoice/" + id).orElseThrow();
        assertEquals(OutboxMail.State.QUEUED, mail.state());
        assertEquals(Optional.of(UUID.fromString(account)), mail.mail().account());
        assertTrue(mail.mail().text().contains("5.95"), mail.mail().text());
        EnclosureMaker.File file = makers.stream()
                .filter(maker ->
                        maker.name().equals(mail.mail().enclosures().getFirst().maker()))
                .findFirst()
                .orElseThrow()
                .make(id);
        assertArrayEquals(file(id, "pdf"), file.bytes());
    }

    @Test
    void aCreditNoteIsAFileAndIsMailedAsAnInvoiceIs() {
        String id = invoice();
        String note = Given.once(Given.SUPPORT)
                .body(Map.of("reason", "too much", "lines", List.of(Map.of("line", 1, "amount", "1.00"))))
                .post("/api/admin/v1/invoices/" + id + "/credit-notes")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        String path = "/api/v1/credit-notes/" + note;

        byte[] pdf =
                as(owner).get(path + "/pdf").then().statusCode(200).extract().asByteArray();
        byte[] xml = as(owner)
                .get(path + "/facturx.xml")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        mails.run();

        Verdict.of(pdf, "note.pdf").requireValid();
        Verdict.of(xml, "note.xml").requireValid();
        assertTrue(new String(xml, StandardCharsets.UTF_8).contains("<ram:TypeCode>381</ram:TypeCode>"));
        assertEquals(
                "credit-note",
                outbox.ofKey("credit-note/" + note).orElseThrow().mail().kind());
    }

    @Test
    void aMailThatCannotBeWrittenStopsNoOther() {
        UUID nobody = UUID.randomUUID();
        database.update(
                "INSERT INTO document_to_send (document_id, kind, issued_at, next_attempt_at)"
                        + " VALUES (?, 'INVOICE', ?, ?)",
                nobody,
                Instant.EPOCH,
                Instant.EPOCH);
        String id = invoice();

        mails.run();

        assertTrue(outbox.ofKey("invoice/" + id).isPresent());
        assertFalse(outbox.ofKey("invoice/" + nobody).isPresent());
        assertEquals(1, database.number("SELECT attempts AS n FROM document_to_send WHERE document_id = ?", nobody));
        database.update("DELETE FROM document_to_send WHERE document_id = ?", nobody);
    }

    /** Its owner saved a card, and agreed that it is charged. */
    private void agreed() {
        database.update(
                "INSERT INTO payment_account (account_id, reference_body, gateway_customer, gateway_card, charge_agreed_at,"
                        + " charge_agreed_by) VALUES (?, ?, ?, 'pm_good', ?, 'test')",
                account,
                account.replace("-", "").toUpperCase(Locale.ROOT).substring(0, 20),
                "cus_" + account,
                clock.instant());
    }

    private void withdrawn() {
        as(owner)
                .body(Map.of("chargeCard", false))
                .put("/api/v1/accounts/" + account + "/payment-settings")
                .then()
                .statusCode(200);
    }

    private String mailOf(String invoice) {
        return outbox.ofKey("invoice/" + invoice).orElseThrow().mail().text();
    }

    private Optional<Instant> chargedAt(String invoice) {
        return database.one(
                "SELECT next_at FROM invoice_charge WHERE invoice_id = ?", row -> row.instant("next_at"), invoice);
    }

    @Test
    void theMailSaysThatACardWillBeCharged() {
        agreed();
        String id = invoice();

        mails.run();

        String day = Language.EN.day(LocalDate.ofInstant(chargedAt(id).orElseThrow(), ZoneOffset.UTC));
        String text = mailOf(id);
        assertTrue(text.contains("On " + day + " we charge what is still open by then, at most 5.95"), text);
    }

    @Test
    void theDocumentSaysSoFromItsIssueOnAndForEver() {
        agreed();
        String id = invoice();
        byte[] pdf = file(id, "pdf");
        byte[] xml = file(id, "facturx.xml");
        Verdict.of(pdf, "invoice.pdf").requireValid();
        Verdict.of(xml, "invoice.xml").requireValid();

        mails.run();

        String day = Language.EN.day(LocalDate.ofInstant(chargedAt(id).orElseThrow(), ZoneOffset.UTC));
        String said = new String(xml, StandardCharsets.UTF_8);
        assertTrue(said.contains("You need not transfer anything: on " + day + " at the earliest we charge"), said);
        assertTrue(said.contains("<ram:TypeCode>68</ram:TypeCode>"), said);
        assertArrayEquals(pdf, file(id, "pdf"), "the mail encloses what could be read before it");
        withdrawn();
        assertArrayEquals(pdf, file(id, "pdf"), "what its owner withdraws later is no part of the invoice");
        assertArrayEquals(xml, file(id, "facturx.xml"));
    }

    @Test
    void whoWithdrawsBeforeTheMailIsToldHowToPay() {
        agreed();
        String id = invoice();
        withdrawn();

        mails.run();

        String text = mailOf(id);
        assertTrue(text.contains("Unlike what the invoice says, it is not charged to your card"), text);
        assertTrue(text.contains("Please pay") || text.contains("Please transfer"), text);
        assertTrue(chargedAt(id).isEmpty());
    }

    @Test
    void whatIsPaidBeforeTheMailIsNotAskedForAgain() {
        agreed();
        String id = invoice();
        Given.once(Given.SUPPORT)
                .body(Map.of("amount", "100.00", "reason", "test"))
                .post("/api/admin/v1/accounts/" + account + "/credit-grants")
                .then()
                .statusCode(201);
        run.run();

        mails.run();

        assertTrue(mailOf(id).contains("Nothing is open any more."), mailOf(id));
        assertTrue(chargedAt(id).isEmpty());
    }

    @Test
    void whatWasIssuedBeforeItWasAgreedIsTransferred() {
        String id = invoice();
        byte[] pdf = file(id, "pdf");
        agreed();

        mails.run();

        assertArrayEquals(pdf, file(id, "pdf"));
        assertTrue(chargedAt(id).isEmpty(), "its document asks for the money");
        assertTrue(mailOf(id).contains("Please pay") || mailOf(id).contains("Please transfer"), mailOf(id));
    }

    @Test
    void whoGetsNoMailIsChargedNothing() {
        database.update("UPDATE account SET email = 'nowhere' WHERE id = ?", account);
        agreed();
        String id = invoice();

        mails.run();

        assertTrue(chargedAt(id).isEmpty());
        String said = new String(file(id, "facturx.xml"), StandardCharsets.UTF_8);
        assertFalse(said.contains("<ram:TypeCode>68</ram:TypeCode>"), said);
    }
}
