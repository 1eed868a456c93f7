package dev.berth.invoice;

import dev.berth.invoice.Invoice.BuyerParty;
import dev.berth.invoice.Invoice.Parties;
import dev.berth.invoice.Invoice.SellerParty;
import dev.berth.party.BillingProfile.VatProof;
import dev.berth.party.Language;
import dev.berth.party.PostalAddress;
import dev.berth.party.Sellers;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.tax.Country;
import dev.berth.tax.TaxRow;
import dev.berth.tax.Treatment;
import dev.berth.tax.VatRule;
import dev.berth.tax.VatStatus;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Seller, buyer and tax of final invoices as they were when issued. Invoices from before these tables are read from their own row. */
@ApplicationScoped
class SnapshotStore {
    private final Database database;
    private final Sellers sellers;

    SnapshotStore(Database database, Sellers sellers) {
        this.database = database;
        this.sellers = sellers;
    }

    void insert(Invoice invoice) {
        seller(invoice.id(), invoice.parties().seller());
        buyer(invoice.id(), invoice.parties().buyer());
        taxes(invoice.id(), invoice.totals().taxes());
    }

    private void seller(InvoiceId invoice, SellerParty s) {
        database.update(
                "INSERT INTO invoice_seller (invoice_id, seller_key, version, name, street, postal_code, city, country,"
                        + " vat_id, tax_number, payment, iban, bic, mail_sender)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                invoice.value(),
                s.key(),
                s.version(),
                s.name(),
                s.address().storedStreet(),
                s.address().postalCode(),
                s.address().city(),
                s.address().country().code(),
                s.vatId(),
                s.taxNumber(),
                s.payment(),
                s.iban(),
                s.bic(),
                s.mailSender());
    }

    private void buyer(InvoiceId invoice, BuyerParty b) {
        database.update(
                "INSERT INTO invoice_buyer (invoice_id, version, name, email, street, postal_code, city, country, vat_id,"
                        + " vat_status, vat_checked_at, vat_reference, language)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                invoice.value(),
                b.version(),
                b.name(),
                b.email(),
                b.address().storedStreet(),
                b.address().postalCode(),
                b.address().city(),
                b.address().country().code(),
                b.vat().id(),
                b.vat().status(),
                b.vat().checkedAt(),
                b.vat().reference(),
                b.language().tag());
    }

    private void taxes(InvoiceId invoice, List<TaxRow> taxes) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (TaxRow row : taxes) {
            Treatment treatment = row.treatment();
            rows.add(new @Nullable Object[] {
                invoice.value(),
                rows.size() + 1,
                treatment.category(),
                treatment.basisPoints(),
                treatment.country().code(),
                treatment.rule(),
                row.base().minor(),
                row.tax().minor()
            });
        }
        database.updateAll(
                "INSERT INTO invoice_tax (invoice_id, n, category, basis_points, country, rule, base, tax)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    /** @param invoice its row of the table invoice */
    Parties parties(InvoiceId id, Row invoice) {
        return new Parties(
                database.one("SELECT * FROM invoice_seller WHERE invoice_id = ?", SnapshotStore::seller, id.value())
                        .orElseGet(() -> formerSeller(invoice)),
                database.one("SELECT * FROM invoice_buyer WHERE invoice_id = ?", SnapshotStore::buyer, id.value())
                        .orElseGet(() -> formerBuyer(invoice)));
    }

    private static SellerParty seller(Row row) {
        return new SellerParty(
                row.text("seller_key"),
                row.integer("version"),
                row.text("name"),
                PostalAddress.of(row),
                row.optionalText("vat_id"),
                row.optionalText("tax_number"),
                row.text("payment"),
                row.optionalText("iban"),
                row.optionalText("bic"),
                row.optionalText("mail_sender"));
    }

    private static BuyerParty buyer(Row row) {
        VatProof vat = new VatProof(
                row.optionalText("vat_id"),
                row.constant("vat_status", VatStatus.class),
                row.optionalInstant("vat_checked_at"),
                row.optionalText("vat_reference"));
        return new BuyerParty(
                row.integer("version"),
                row.text("name"),
                row.text("email"),
                PostalAddress.of(row),
                vat,
                Language.of(row.text("language")));
    }

    private SellerParty formerSeller(Row invoice) {
        return new SellerParty(
                invoice.text("seller"),
                0,
                invoice.text("seller_name"),
                formerAddress(invoice.text("seller_address")),
                Optional.of(invoice.text("seller_tax_id")).filter(id -> !id.isEmpty()),
                Optional.empty(),
                invoice.text("seller_payment"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private BuyerParty formerBuyer(Row invoice) {
        return new BuyerParty(
                0,
                invoice.text("buyer_name"),
                invoice.text("buyer_email"),
                PostalAddress.in(home()),
                VatProof.NONE,
                Language.EN);
    }

    private Country home() {
        return sellers.operator().address().country();
    }

    /** It had the country as its last line, in words. */
    private PostalAddress formerAddress(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split(" *; *", -1)));
        lines.removeIf(String::isBlank);
        lines.remove(home().name(Locale.ENGLISH));
        while (lines.size() > PostalAddress.MAX_LINES) {
            String last = lines.removeLast();
            lines.add(lines.removeLast() + ", " + last);
        }
        return new PostalAddress(lines, "", "", home());
    }

    /** @param invoice its row of the table invoice */
    List<TaxRow> taxes(InvoiceId id, Row invoice) {
        Currency currency = Currency.getInstance(invoice.text("currency"));
        List<TaxRow> rows = database.list(
                "SELECT basis_points, country, rule, base, tax FROM invoice_tax WHERE invoice_id = ? ORDER BY n",
                row -> new TaxRow(
                        new Treatment(
                                row.constant("rule", VatRule.class),
                                new Country(row.text("country")),
                                row.integer("basis_points")),
                        new Money(row.number("base"), currency),
                        new Money(row.number("tax"), currency)),
                id.value());
        return rows.isEmpty() ? List.of(former(invoice, currency)) : rows;
    }

    private TaxRow former(Row invoice, Currency currency) {
        return new TaxRow(
                new Treatment(VatRule.DOMESTIC, home(), invoice.integer("tax_basis_points")),
                new Money(invoice.number("net"), currency),
                new Money(invoice.number("tax"), currency));
    }
}
