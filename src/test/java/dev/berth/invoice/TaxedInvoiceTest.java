package dev.berth.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.Kind;
import dev.berth.document.web.DocumentFiles;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.party.BillingProfile.VatProof;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Role;
import dev.berth.tax.TaxRow;
import dev.berth.tax.VatStatus;
import dev.berth.testing.Journal;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands on invoices to all kinds of buyers, of a seller in Germany. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class TaxedInvoiceTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));
    private static final String FRENCH = "FR83404833048";

    @Inject
    BillRun run;

    @Inject
    BillingService billing;

    @Inject
    ReadingIngest ingest;

    @Inject
    DocumentFiles files;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;
    private UUID account = new UUID(0, 0);

    /** A VPS of last month on 10.00 a month. */
    @BeforeEach
    void aVps() {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        account = served();
    }

    private UUID served() {
        return served(seed.account(), priced());
    }

    private UUID priced() {
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "10"));
        return version;
    }

    private UUID served(UUID owner, UUID version) {
        UUID node = seed.node();
        UUID vps = seed.vps(owner, node, version);
        seed.subscription(vps, owner, version, start, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(1_000));
        ingest.take(node, journal.key(), journal.all());
        return owner;
    }

    private Invoice invoice(UUID of) {
        UUID id = billing.invoices(ADA, of, Page.Ask.FIRST)
                .items()
                .getFirst()
                .id()
                .value();
        return billing.invoice(ADA, id);
    }

    /** Country, VAT id, what a register said of it, and how many days ago: net, tax, total and why. */
    @ParameterizedTest
    @CsvSource({
        "DE, , , , 10.00 1.90 11.90 S DOMESTIC",
        "FR, FR83404833048, yes, 1, 10.00 0.00 10.00 AE REVERSE_CHARGE",
        "FR, FR83404833048, no, 1, 10.00 1.90 11.90 S BELOW_THRESHOLD",
        "FR, FR83404833048, yes, 91, 10.00 1.90 11.90 S BELOW_THRESHOLD",
        "FR, FR83404833048, , , 10.00 1.90 11.90 S BELOW_THRESHOLD",
        "FR, , , , 10.00 1.90 11.90 S BELOW_THRESHOLD",
        "US, , , , 10.00 0.00 10.00 G EXPORT"
    })
    void eachBuyerIsTaxedAsTheLawSays(String country, String vatId, String said, Integer days, String expected) {
        seed.billingProfile(account, start, country, Optional.ofNullable(vatId), "UTC");
        if (said != null) {
            seed.vatIdChecked(
                    account, vatId, said.equals("yes"), clock.instant().minusSeconds(86_400L * days));
        }

        run.run();

        Invoice invoice = invoice(account);
        TaxRow row = invoice.totals().taxes().getFirst();
        assertEquals(
                expected,
                "%s %s %s %s %s"
                        .formatted(
                                invoice.totals().net().amount(),
                                row.tax().amount(),
                                invoice.totals().total().amount(),
                                row.treatment().category(),
                                row.treatment().rule()));
        assertEquals(1, invoice.totals().taxes().size());
        assertEquals(country, invoice.parties().buyer().address().country().code());
        assertEquals(List.of(), billing.recompute(ADA, invoice.id().value()).differences());
        assertEquals("%PDF", new String(files.pdf(invoice), 0, 4, StandardCharsets.US_ASCII));
    }

    @Test
    void whatTheBuyerSaysLaterChangesNoInvoice() {
        seed.billingProfile(account, start, "FR", Optional.of(FRENCH), "UTC");
        seed.vatIdChecked(account, FRENCH, true, clock.instant().minusSeconds(60));
        run.run();
        Invoice before = invoice(account);

        seed.vatIdChecked(account, FRENCH, false, clock.instant());
        seed.billingProfile(account, clock.instant(), "DE", Optional.empty(), "Europe/Berlin");

        assertEquals(before, invoice(account));
        VatProof proof = before.parties().buyer().vat();
        assertEquals(VatStatus.VALID, proof.status());
        assertEquals(Optional.of("REF-1"), proof.reference());
        assertTrue(billing.recompute(ADA, before.id().value()).same());
    }

    @Test
    void seenTaxCannotBeChangedNorRemoved() {
        run.run();
        UUID id = invoice(account).id().value();

        for (String table : List.of("invoice_tax", "invoice_seller", "invoice_buyer")) {
            assertThrows(
                    DatabaseException.class,
                    () -> database.update("UPDATE " + table + " SET country = 'FR' WHERE invoice_id = ?", id));
            assertThrows(
                    DatabaseException.class,
                    () -> database.update("DELETE FROM " + table + " WHERE invoice_id = ?", id));
        }
        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "INSERT INTO invoice_tax (invoice_id, n, category, basis_points, country, rule, base, tax)"
                                + " VALUES (?, 2, 'AE', 0, 'FR', 'REVERSE_CHARGE', 100, 1)",
                        id));
    }

    /** As it was written before there were snapshots. */
    @Test
    void anOlderInvoiceIsReadAsItWas() {
        UUID id = Ids.next(clock);
        UUID owner = seed.account();
        database.update(
                "INSERT INTO billing_period (id, account_id, period_from, period_to, state, next_attempt_at, closed_at)"
                        + " VALUES (?, ?, ?, ?, 'INVOICED', ?, ?)",
                id,
                owner,
                start,
                end,
                end,
                end);
        database.update(
                "INSERT INTO invoice (id, account_id, seller, series, number, label, state, period_from, period_to,"
                        + " issued_at, due_at, currency, net, tax, total, tax_basis_points, seller_name, seller_address,"
                        + " seller_tax_id, seller_payment, buyer_name, buyer_email, time_zone)"
                        + " VALUES (?, ?, 'old', 'O1', 1, ?, 'FINAL', ?, ?, ?, ?, 'EUR', 500, 80, 580, 1600, 'Old Ltd',"
                        + " '1 Quay Street;10115 Berlin;Germany', 'DE1', 'cash', 'Buyer', 'b@example.org', 'UTC')",
                id,
                owner,
                "O1-" + id,
                start,
                end,
                end,
                end);
        aLineOf(id, owner);

        Invoice invoice = billing.invoice(ADA, id);

        assertEquals("5.80 EUR", invoice.totals().total().toString());
        assertEquals(1_600, invoice.totals().taxBasisPoints());
        assertEquals(1, invoice.totals().taxes().size());
        assertEquals("1 Quay Street;10115 Berlin;Germany", invoice.parties().sellerAddress());
        assertEquals("DE1", invoice.parties().sellerTaxId());
        assertEquals("Buyer", invoice.parties().buyerName());
        assertEquals("%PDF", new String(files.pdf(invoice), 0, 4, StandardCharsets.US_ASCII));
    }

    private void aLineOf(UUID invoice, UUID owner) {
        UUID version = seed.planVersion("EUR");
        UUID vps = seed.vps(owner, seed.node(), version);
        database.update(
                "INSERT INTO invoice_line (invoice_id, n, subscription_id, vps_id, hostname, plan_version_id, plan_name,"
                        + " tariff_position, model, label, unit_label, unit_quantity, unit_price, quantity, included, exact,"
                        + " carried_in, amount) VALUES (?, 1, ?, ?, 'old-1', ?, 'Old', 1, 'RECURRING', 'Fee', 'month', 1, 5,"
                        + " 2678400, 0, 5, 0, 500)",
                invoice,
                seed.subscription(vps, owner, version, start, Optional.of(end)),
                vps,
                version);
    }

    private UUID reseller() {
        UUID reseller = seed.account();
        database.update("UPDATE account SET kind = 'RESELLER' WHERE id = ?", reseller);
        return reseller;
    }

    private UUID customerOf(UUID reseller) {
        UUID customer = seed.account();
        database.update("UPDATE account SET reseller_id = ? WHERE id = ?", reseller, customer);
        return customer;
    }

    private UUID retail(UUID reseller) {
        UUID retail = seed.retailVersion(reseller, priced());
        seed.tariffLine(retail, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "10"));
        return retail;
    }

    /** Numbers of both sellers have no gap, and each has its own. */
    @Test
    void aResellersCustomersGetItsInvoices() {
        UUID reseller = reseller();
        seed.terms(reseller, start);
        UUID retail = retail(reseller);
        UUID first = served(customerOf(reseller), retail);
        UUID second = served(customerOf(reseller), retail);
        UUID ours = served(seed.account(), priced());

        run.run();

        List<String> labels = List.of(
                invoice(first).issue().orElseThrow().label(),
                invoice(second).issue().orElseThrow().label());
        String prefix = "R" + reseller.toString().substring(28).toUpperCase(java.util.Locale.ROOT)
                + start.atZone(ZoneOffset.UTC).getYear();
        assertEquals(Set.of(prefix + "-000001", prefix + "-000002"), Set.copyOf(labels));
        assertEquals("Reseller Ltd", invoice(first).parties().sellerName());
        assertEquals("1.90 EUR", invoice(first).totals().tax().toString());
        assertEquals("Berth Demo Hosting", invoice(ours).parties().sellerName());
        assertEquals("Berth Demo Hosting", invoice(reseller).parties().sellerName());
        assertTrue(invoice(ours).issue().orElseThrow().label().startsWith("B"));
        assertTrue(billing.recompute(ADA, invoice(second).id().value()).same());
    }

    /** Without terms, and for a period that began before them, the money is the house's: so is the invoice. */
    @Test
    void untilItsTermsHoldAResellersSellerSellsNothing() {
        UUID without = reseller();
        seed.seller(without);
        UUID later = reseller();
        seed.terms(later, start.plusSeconds(1));

        for (UUID reseller : List.of(without, later)) {
            UUID customer = served(customerOf(reseller), retail(reseller));
            run.run();
            Invoice invoice = invoice(customer);
            assertEquals("Berth Demo Hosting", invoice.parties().sellerName());
            assertEquals(
                    1,
                    database.number(
                            "SELECT COUNT(*) AS n FROM invoice_balance WHERE invoice_id = ?",
                            invoice.id().value()));
        }
    }

    /** Neither the reseller for the house's money, nor the house for the reseller's. */
    @Test
    void theDatabaseRefusesAnInvoiceInTheNameOfAnother() {
        UUID reseller = reseller();
        seed.seller(reseller);
        UUID resold = reseller();
        seed.terms(resold, start);
        UUID house = served(customerOf(reseller), retail(reseller));
        UUID theirs = served(customerOf(resold), retail(resold));
        run.run();

        assertNotSold(house, reseller.toString());
        assertNotSold(theirs, "berth");
        assertNotSold(theirs, reseller.toString());
        assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "INSERT INTO wholesale_terms (reseller_id, begins_at, decided_by, decided_at)"
                                + " VALUES (?, ?, 'test', ?)",
                        reseller(),
                        start,
                        start));
    }

    /** A customer's invoice again, in the name of that seller. */
    private void assertNotSold(UUID customer, String seller) {
        String same =
                ", series, number, label, state, period_from, period_to, issued_at, due_at, currency, net, tax, total,"
                        + " tax_basis_points, seller_name, seller_address, seller_tax_id, seller_payment, buyer_name,"
                        + " buyer_email, time_zone";
        DatabaseException refused = assertThrows(
                DatabaseException.class,
                () -> database.update(
                        "INSERT INTO invoice (id, account_id, seller" + same + ") SELECT id, account_id, ?" + same
                                + " FROM invoice WHERE id = ?",
                        seller,
                        invoice(customer).id().value()));
        assertTrue(String.valueOf(refused.getCause()).contains("in the name of whose money it is"), refused::toString);
    }
}
