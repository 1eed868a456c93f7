package dev.berth.invoice;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.invoice.Invoice.Issue;
import dev.berth.invoice.Invoice.State;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.invoice.InvoiceStore.Numbered;
import dev.berth.invoice.RunLog.Step;
import dev.berth.invoice.Taxation.Taxed;
import dev.berth.ledger.Rules;
import dev.berth.ledger.store.LedgerStore;
import dev.berth.party.Seller;
import dev.berth.party.Seller.Terms;
import dev.berth.platform.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/**
 * Closes a period: lines, number, invoice, ledger and payment, in the caller's transaction or not at all. A period whose
 * lines sum to zero gets no invoice; its lines are kept, because they carry fractions of a cent to the next one. A
 * reseller's invoice to its customer is no money of the house: it is not in the ledger, and no credit pays it.
 */
@ApplicationScoped
class Finaliser {
    static final Caller SYSTEM = Caller.system("billing");

    private final Bills bills;
    private final HorizonStore horizons;
    private final InvoiceStore invoices;
    private final LineStore lines;
    private final PeriodStore periods;
    private final Reviews reviews;
    private final LedgerStore ledger;
    private final InvoicePayer payer;
    private final AccountService accounts;
    private final AuditService audit;
    private final Taxation taxation;
    private final Billed billed;
    private final InstantSource clock;

    Finaliser(
            Bills bills,
            HorizonStore horizons,
            InvoiceStore invoices,
            LineStore lines,
            PeriodStore periods,
            Reviews reviews,
            LedgerStore ledger,
            InvoicePayer payer,
            AccountService accounts,
            AuditService audit,
            Taxation taxation,
            Billed billed,
            InstantSource clock) {
        this.bills = bills;
        this.horizons = horizons;
        this.invoices = invoices;
        this.lines = lines;
        this.periods = periods;
        this.reviews = reviews;
        this.ledger = ledger;
        this.payer = payer;
        this.accounts = accounts;
        this.audit = audit;
        this.taxation = taxation;
        this.billed = billed;
        this.clock = clock;
    }

    /** @param due whose row the caller has locked */
    Step close(DuePeriod due) {
        Account account = accounts.byId(due.account().value());
        Currency currency = Currency.getInstance(account.currency());
        Bills.Bill bill = bills.of(due, currency, due.span());
        List<InvoiceLine> computed = bill.lines();
        Taxed taxed = taxation.of(account, due.span());
        Totals totals = Totals.of(computed, currency, taxed.treatment());
        if (!totals.net().isZero() && reviews.stop(due, taxed.seller().key(), totals.net())) {
            return Step.IN_REVIEW;
        }
        lines.insert(due.id(), computed);
        bill.seen().forEach((of, seen) -> horizons.keep(due.id(), of, seen));
        if (totals.net().isZero()) {
            periods.close(due, DuePeriod.State.NOTHING_DUE);
            return Step.NOTHING_DUE;
        }
        periods.close(due, DuePeriod.State.INVOICED);
        issue(due, taxed, new Computed(computed, totals));
        return Step.INVOICED;
    }

    private record Computed(List<InvoiceLine> lines, Totals totals) {}

    private void issue(DuePeriod due, Taxed taxed, Computed computed) {
        Instant now = clock.instant();
        Seller seller = taxed.seller();
        Terms terms = seller.terms();
        String series = terms.series() + due.period().from().atZone(due.zone()).getYear();
        long number = invoices.nextNumber(seller.key(), series);
        String label = "%s-%06d".formatted(series, number);
        Issue issue = new Issue(label, now, now.plus(Duration.ofDays(terms.dueDays())), Optional.empty());
        invoices.insert(
                new Invoice(
                        due.id(),
                        due.account(),
                        State.FINAL,
                        due.period(),
                        due.period().to(),
                        Optional.of(issue),
                        computed.totals(),
                        taxed.parties(),
                        due.zone(),
                        computed.lines(),
                        Optional.empty()),
                new Numbered(seller.key(), series, number));
        if (!billed.retail(due.account(), due.period())) {
            post(due, label, computed.totals());
            payer.payNew(due.id());
            invoices.keepPrepaid(due.id());
            byCard(due, taxed);
        }
        audit.record(
                SYSTEM,
                Deed.of("invoice.issue", "invoice", due.id())
                        .account(due.account().value())
                        .with(label + " over " + computed.totals().total()));
    }

    /** No card is charged without a mail: who has no address for one transfers. */
    private void byCard(DuePeriod due, Taxed taxed) {
        if (taxed.parties().buyer().mailed()) {
            payer.chargeable(due.id()).ifPresent(from -> invoices.keepByCard(due.id(), from));
        }
    }

    private void post(DuePeriod due, String label, Totals totals) {
        ledger.post(
                SYSTEM.subject(),
                Rules.invoiceFinalised(due.account(), due.id().toString(), label, totals.net(), totals.tax()));
    }
}
