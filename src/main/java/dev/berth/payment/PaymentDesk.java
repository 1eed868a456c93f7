package dev.berth.payment;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.payment.Payment.Method;
import dev.berth.payment.Payment.Payer;
import dev.berth.payment.Payment.State;
import dev.berth.payment.Receipts.Receipt;
import dev.berth.payment.Receipts.Target;
import dev.berth.platform.Caller;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What staff do with payments: write down one that the bank shows, and say whose an unmatched one is. */
@ApplicationScoped
public class PaymentDesk {
    private static final int MAX_REASON = 300;
    private static final int MAX_UNKNOWN = 50;

    private final PaymentStore payments;
    private final Receipts receipts;
    private final OpenInvoices invoices;
    private final AccountService accounts;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    PaymentDesk(
            PaymentStore payments,
            Receipts receipts,
            OpenInvoices invoices,
            AccountService accounts,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.payments = payments;
        this.receipts = receipts;
        this.invoices = invoices;
        this.accounts = accounts;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A payment that staff saw in the bank.
     *
     * @param invoiceId what it is for; else it is {@code accountId}'s credit
     * @param bankReference the bank's own name for the entry: the same one is written down once
     */
    public record NewBankPayment(
            @Nullable String accountId,
            @Nullable String invoiceId,
            @Nullable String amount,
            @Nullable String bankReference,
            @Nullable String payer) {}

    /** @throws Problem 409 when the bank's reference was written down before */
    public Payment record(Caller caller, NewBankPayment input) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            InputFaults faults = new InputFaults();
            Optional<Target> target = target(faults, input.accountId(), input.invoiceId());
            String reference = faults.text("bankReference", input.bankReference(), 100);
            String payer = faults.optionalText("payer", input.payer(), 160);
            Optional<Money> amount = target.flatMap(t -> amount(faults, input.amount(), currency(t)));
            faults.throwIfAny();
            Receipt receipt = new Receipt(
                    Method.BANK_TRANSFER,
                    "manual/" + reference,
                    amount.orElseThrow(),
                    new Payer(Optional.of(payer).filter(p -> !p.isEmpty()), Optional.empty(), Optional.empty()),
                    clock.instant());
            return receipts.book(caller, receipt, target.orElseThrow())
                    .orElseThrow(() -> Problem.conflict(
                            "payment-known", "A payment with this bank reference was written down before."));
        });
    }

    private String currency(Target target) {
        return accounts.byId(target.account().value()).currency();
    }

    private Optional<Target> target(InputFaults faults, @Nullable String accountId, @Nullable String invoiceId) {
        if (invoiceId != null && !invoiceId.isBlank()) {
            Optional<OpenInvoice> invoice = id(invoiceId).flatMap(id -> invoices.find(new InvoiceId(id)));
            faults.check(invoice.isPresent(), "invoiceId", "is no final invoice");
            return invoice.map(Target::of);
        }
        Optional<Account> account = id(accountId == null ? "" : accountId).flatMap(this::account);
        faults.check(account.isPresent(), "accountId", "is no account");
        return account.map(a -> new Target(new AccountId(a.id()), Optional.empty()));
    }

    private Optional<Account> account(UUID id) {
        try {
            return Optional.of(accounts.byId(id));
        } catch (Problem absent) {
            return Optional.empty(); // the fault of the field says so, beside all others
        }
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text.trim()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a text that is no id names nothing
        }
    }

    static Optional<Money> amount(InputFaults faults, @Nullable String text, String currency) {
        String given = faults.text("amount", text, 20);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        try {
            Money amount = Money.of(given, currency);
            return faults.check(amount.isPositive(), "amount", "must be above 0")
                    ? Optional.of(amount)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            faults.add("amount", "is no amount of " + currency);
            return Optional.empty();
        }
    }

    /** Payments of all accounts in a state, newest first. */
    public Page<Payment> list(Caller caller, State state, Page.Ask ask) {
        Tenancy.requireStaff(caller);
        return Page.of(payments.inState(state, ask.before(), ask.fetch()), ask, Payment::id);
    }

    /** Sent to the gateway, and nobody knows what became of them; newest first. */
    public List<Payment> endNotKnown(Caller caller) {
        Tenancy.requireStaff(caller);
        return payments.endNotKnown(MAX_UNKNOWN);
    }

    public Payment get(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        return payments.find(id).orElseThrow(() -> Problem.notFound("payment"));
    }

    /** @param reason stands in the trail */
    public record Assignment(
            @Nullable String accountId,
            @Nullable String invoiceId,
            @Nullable String reason) {}

    /** Says whose an unmatched payment is. */
    public Payment assign(Caller caller, UUID id, Assignment input) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            InputFaults faults = new InputFaults();
            String reason = faults.text("reason", input.reason(), MAX_REASON);
            Optional<Target> target = target(faults, input.accountId(), input.invoiceId());
            faults.throwIfAny();
            Payment held = payments.lock(id).orElseThrow(() -> Problem.notFound("payment"));
            if (held.state() != State.UNMATCHED) {
                throw Problem.conflict("payment-matched", "It is known already whose this payment is.");
            }
            Target to = target.orElseThrow();
            requireCurrency(held, to);
            Payment assigned = receipts.assign(caller, held, to);
            audit.record(
                    caller,
                    Deed.of("payment.assign", "payment", id)
                            .account(to.account().value())
                            .because(reason));
            return assigned;
        });
    }

    /**
     * The gateway is asked anew what became of a payment, soon and as often as if it had just been sent. Nothing is charged by that.
     *
     * @throws Problem 409 when that is known
     */
    public Payment askAgain(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            Payment held = payments.lock(id).orElseThrow(() -> Problem.notFound("payment"));
            if (!held.state().open()) {
                throw Problem.conflict("payment-ended", "It is known what became of this payment.");
            }
            payments.lookFromStart(id);
            Deed deed = Deed.of("payment.ask-again", "payment", id);
            audit.record(
                    caller,
                    held.account().map(owner -> deed.account(owner.value())).orElse(deed));
            return held;
        });
    }

    private void requireCurrency(Payment payment, Target target) {
        String account = currency(target);
        if (!payment.amount().currency().getCurrencyCode().equals(account)) {
            throw Problem.conflict(
                    "other-currency",
                    "The payment is of %s and the account has %s.".formatted(payment.amount(), account));
        }
    }
}
