package dev.berth.payment;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.dunning.DunningService;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.payment.PaymentAccounts.Agreed;
import dev.berth.platform.Caller;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Payments as their owners see them, and what owners can pay by themselves. */
@ApplicationScoped
public class PaymentService {
    private final PaymentStore payments;
    private final PaymentAccounts paymentAccounts;
    private final CardRemovalStore removals;
    private final Allocator allocator;
    private final ChargePlans plans;
    private final DunningService dunning;
    private final OpenInvoices invoices;
    private final BillingService billing;
    private final AccountService accounts;
    private final Tenancy tenancy;
    private final AuditService audit;
    private final InstantSource clock;
    private final Transactions transactions;

    PaymentService(
            PaymentStore payments,
            PaymentAccounts paymentAccounts,
            CardRemovalStore removals,
            Allocator allocator,
            ChargePlans plans,
            DunningService dunning,
            OpenInvoices invoices,
            BillingService billing,
            AccountService accounts,
            Tenancy tenancy,
            AuditService audit,
            InstantSource clock,
            Transactions transactions) {
        this.plans = plans;
        this.dunning = dunning;
        this.audit = audit;
        this.clock = clock;
        this.payments = payments;
        this.paymentAccounts = paymentAccounts;
        this.removals = removals;
        this.allocator = allocator;
        this.invoices = invoices;
        this.billing = billing;
        this.accounts = accounts;
        this.tenancy = tenancy;
        this.transactions = transactions;
    }

    /** An account's payments, newest first. */
    public Page<Payment> list(Caller caller, UUID accountId, Page.Ask ask) {
        accounts.get(caller, accountId);
        return Page.of(payments.ofAccount(new AccountId(accountId), ask.before(), ask.fetch()), ask, Payment::id);
    }

    public Payment get(Caller caller, UUID id) {
        Payment payment = payments.find(id).orElseThrow(() -> Problem.notFound("payment"));
        if (payment.account().isEmpty()) {
            Tenancy.requireStaff(caller);
        } else {
            tenancy.requireSee(caller, payment.account().get().value(), "payment");
        }
        return payment;
    }

    /**
     * How an invoice is paid so far.
     *
     * @param reference for a bank transfer
     * @param chargeAt when what is open is charged to the saved card; empty: it is not
     */
    public record InvoicePayments(
            OpenInvoice invoice,
            CreditorReference reference,
            Optional<Instant> chargeAt,
            List<Allocation> allocations) {
        public InvoicePayments {
            allocations = List.copyOf(allocations);
        }
    }

    public InvoicePayments ofInvoice(Caller caller, UUID invoiceId) {
        tenancy.requireSee(caller, owner(caller, invoiceId), "invoice");
        return of(find(invoiceId));
    }

    /** Of a draft, too: who may see it is told that it is one. */
    private UUID owner(Caller caller, UUID invoiceId) {
        return invoices.find(new InvoiceId(invoiceId))
                .map(OpenInvoice::account)
                .orElseGet(() -> billing.invoice(caller, invoiceId).account())
                .value();
    }

    private InvoicePayments of(OpenInvoice invoice) {
        Optional<Instant> chargeAt = invoice.open().isPositive()
                ? plans.find(invoice.id()).flatMap(ChargePlans.Plan::next).map(at -> held(invoice, at))
                : Optional.empty();
        return new InvoicePayments(
                invoice, CreditorReference.ofLabel(invoice.label()), chargeAt, payments.ofInvoice(invoice.id()));
    }

    /** Not while its account's promise to pay, or a hold of staff, lasts. */
    private Instant held(OpenInvoice invoice, Instant at) {
        return dunning.heldUntil(invoice.account().value()).filter(at::isBefore).orElse(at);
    }

    private OpenInvoice find(UUID invoiceId) {
        return invoices.find(new InvoiceId(invoiceId))
                .orElseThrow(() -> Problem.conflict("invoice-not-final", "A draft is not paid; it is not final yet."));
    }

    /** What is open of an account's invoices, oldest first. */
    public List<InvoicePayments> open(Caller caller, UUID accountId) {
        accounts.get(caller, accountId);
        return invoices.ofAccount(new AccountId(accountId)).stream()
                .map(this::of)
                .toList();
    }

    /**
     * Pays an invoice from credit, as far as the credit goes.
     *
     * @throws Problem 409 when nothing is open, or there is no credit
     */
    public InvoicePayments payFromCredit(Caller caller, UUID invoiceId) {
        return transactions.run(() -> {
            tenancy.requireChange(caller, owner(caller, invoiceId), "invoice");
            OpenInvoice held = invoices.lock(find(invoiceId).id()).orElseThrow();
            requireOpen(held);
            allocator.fromCredit(caller, held, true);
            InvoicePayments after = of(find(invoiceId));
            if (after.invoice().open().equals(held.open())) {
                throw Problem.conflict("no-credit", "The account has no credit to pay from.");
            }
            return after;
        });
    }

    static void requireOpen(OpenInvoice invoice) {
        if (!invoice.open().isPositive()) {
            throw Problem.conflict("nothing-open", "Nothing is open of this invoice.");
        }
    }

    /**
     * How an account pays.
     *
     * @param reference for a bank transfer that is meant for no invoice
     * @param creditPartly whether credit pays a part of an invoice that it does not cover
     * @param cardSaved whether the gateway keeps a card of it
     * @param cardsKept how many of its removed cards the gateway did not let go
     * @param chargedSince when it agreed that invoices are charged to that card when they are due; empty: they are not
     */
    public record Settings(
            Account account,
            CreditorReference reference,
            boolean creditPartly,
            boolean cardSaved,
            int cardsKept,
            Optional<Instant> chargedSince) {}

    public Settings settings(Caller caller, UUID accountId) {
        Account account = accounts.get(caller, accountId);
        AccountId id = new AccountId(accountId);
        return new Settings(
                account,
                paymentAccounts.reference(id),
                paymentAccounts.partly(id),
                paymentAccounts.card(id).isPresent(),
                removals.failed(id),
                paymentAccounts.agreed(id));
    }

    /**
     * Whether invoices are charged to the saved card when they are due. Yes counts for invoices that are told of from now on, no for all
     * that was not begun yet.
     *
     * @throws Problem 409 without a saved card
     */
    public Settings chargeCard(Caller caller, UUID accountId, boolean charge) {
        tenancy.requireChange(caller, accountId, "account");
        AccountId id = new AccountId(accountId);
        return transactions.run(() -> {
            if (charge && paymentAccounts.lockCard(id).isEmpty()) {
                throw Problem.conflict("no-card", "Save a card first: then it can be charged.");
            }
            if (charge != paymentAccounts.agreed(id).isPresent()) {
                paymentAccounts.agree(
                        id, charge ? Optional.of(new Agreed(caller.subject(), clock.instant())) : Optional.empty());
                audit.record(
                        caller,
                        Deed.of(charge ? "payment.charge-agree" : "payment.charge-withdraw", "account", accountId)
                                .account(accountId));
            }
            if (!charge) {
                plans.end(id);
            }
            return settings(caller, accountId);
        });
    }

    public Settings creditPartly(Caller caller, UUID accountId, boolean partly) {
        tenancy.requireChange(caller, accountId, "account");
        paymentAccounts.partly(new AccountId(accountId), partly);
        return settings(caller, accountId);
    }
}
