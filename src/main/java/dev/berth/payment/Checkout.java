package dev.berth.payment;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.payment.Gateway.Card;
import dev.berth.payment.Gateway.Charge;
import dev.berth.payment.Payment.State;
import dev.berth.platform.Caller;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.net.URI;
import java.time.InstantSource;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Begins payments through the gateway. The row is committed before anything is sent: a crash in between leaves something to look
 * after, never a charge that nobody knows of. What is on its way for an invoice is gone on with, not begun again.
 */
@ApplicationScoped
public class Checkout {
    private static final long MOST_MINOR = 1_000_000;

    private final Instance<Gateway> gateways;
    private final PaymentStore payments;
    private final PaymentAccounts paymentAccounts;
    private final Charges charges;
    private final OpenInvoices invoices;
    private final BillingService billing;
    private final AccountService accounts;
    private final Tenancy tenancy;
    private final Transactions transactions;
    private final InstantSource clock;
    private final String address;

    Checkout(
            Instance<Gateway> gateways,
            PaymentStore payments,
            PaymentAccounts paymentAccounts,
            Charges charges,
            OpenInvoices invoices,
            BillingService billing,
            AccountService accounts,
            Tenancy tenancy,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "berth.payment.address") String address) {
        this.gateways = gateways;
        this.payments = payments;
        this.paymentAccounts = paymentAccounts;
        this.charges = charges;
        this.invoices = invoices;
        this.billing = billing;
        this.accounts = accounts;
        this.tenancy = tenancy;
        this.transactions = transactions;
        this.clock = clock;
        this.address = address;
    }

    /** Whether customers can pay by card here. */
    public boolean on() {
        return gateways.stream().anyMatch(Gateway::on);
    }

    /** Whether the gateway knows our key. Asks it, so not within a transaction. */
    boolean known() {
        return gateway().knowsUs();
    }

    Money least(Currency currency) {
        return gateway().least(currency);
    }

    private Gateway gateway() {
        return gateways.stream()
                .filter(Gateway::on)
                .findFirst()
                .orElseThrow(() -> Problem.conflict("no-gateway", "Payment by card is not set up here."));
    }

    /**
     * First half, in a transaction: notes what is to be paid. Give the id to {@link #send}.
     *
     * @throws Problem 409 when nothing is open of the invoice
     */
    public UUID forInvoice(Caller caller, UUID invoiceId) {
        return transactions.run(() -> {
            InvoiceId id = new InvoiceId(invoiceId);
            AccountId account = invoices.find(id)
                    .map(OpenInvoice::account)
                    .orElseGet(() -> billing.invoice(caller, invoiceId).account());
            tenancy.requireChange(caller, account.value(), "invoice");
            Gateway gateway = gateway();
            OpenInvoice held = invoices.lock(id)
                    .orElseThrow(
                            () -> Problem.conflict("invoice-not-final", "A draft is not paid; it is not final yet."));
            PaymentService.requireOpen(held);
            Optional<Payment> underWay = payments.underWay(id);
            return underWay.map(Payment::id)
                    .orElseGet(() -> create(caller, gateway, held.account(), Optional.of(id), held.open()));
        });
    }

    /** @param amount decimal text in the account's currency */
    public record NewTopUp(
            @Nullable String amount, @Nullable Boolean savedCard) {}

    /** First half of a top-up, in a transaction. */
    public UUID forTopUp(Caller caller, UUID accountId, NewTopUp input) {
        tenancy.requireChange(caller, accountId, "account");
        Gateway gateway = gateway();
        return transactions.run(() -> {
            Account account = accounts.byId(accountId);
            InputFaults faults = new InputFaults();
            Optional<Money> amount = PaymentDesk.amount(faults, input.amount(), account.currency());
            amount.ifPresent(a -> faults.check(
                    a.minor() <= MOST_MINOR,
                    "amount",
                    "must be at most " + new Money(MOST_MINOR, a.currency()).amount()));
            faults.throwIfAny();
            return create(caller, gateway, new AccountId(accountId), Optional.empty(), amount.orElseThrow());
        });
    }

    private UUID create(Caller caller, Gateway gateway, AccountId account, Optional<InvoiceId> invoice, Money amount) {
        UUID id = Ids.next(clock);
        Payment created = new Payment(
                id,
                Optional.of(account),
                gateway.method(),
                State.CREATED,
                invoice,
                Optional.empty(),
                amount,
                Money.zero(amount.currency()),
                Optional.empty(),
                Payment.Payer.UNKNOWN,
                Optional.empty(),
                clock.instant(),
                Optional.empty());
        if (!payments.insert(created, caller.subject())) {
            throw Problem.conflict("payment-under-way", "A payment of this invoice is under way.");
        }
        payments.lookAgain(id, clock.instant().plus(Looks.wait(0)));
        return id;
    }

    /**
     * A payment that was begun.
     *
     * @param next where the customer goes on; empty when there is nothing to do but wait
     */
    public record Begun(Payment payment, Optional<String> next) {}

    /**
     * Second half, outside of any transaction: asks the gateway, once. Of two who send the same payment, one does.
     *
     * @param savedCard whether the account's saved card is charged; else the customer pays on the gateway's page
     */
    public Begun send(Caller caller, UUID id, boolean savedCard) {
        Payment payment = payments.find(id).orElseThrow();
        AccountId account = payment.account().orElseThrow();
        tenancy.requireChange(caller, account.value(), "payment");
        return sent(
                payment, () -> claimed(payment, account, savedCard ? Optional.of(card(account)) : Optional.empty()));
    }

    /** @param claim in a transaction: who removes the card comes before it, or after the charge was begun */
    private Begun sent(Payment payment, Supplier<Optional<Charge>> claim) {
        UUID id = payment.id();
        Optional<Charge> charge = payment.state() == State.CREATED ? transactions.run(claim) : Optional.empty();
        charge.ifPresent(claimed -> charges.settle(id, gateway().charge(claimed)));
        return new Begun(payments.find(id).orElseThrow(), payments.nextUrl(id));
    }

    private Optional<Charge> claimed(Payment payment, AccountId account, Optional<Card> card) {
        return payments.claim(payment.id())
                ? Optional.of(new Charge(payment.id(), account, payment.amount(), what(payment), back(), card))
                : Optional.empty();
    }

    /** First half of a charge that nobody asks for now, in the transaction that holds the invoice's row. */
    UUID byItself(OpenInvoice held, Money amount) {
        return create(Charges.SYSTEM, gateway(), held.account(), Optional.of(held.id()), amount);
    }

    /** Second half: to the card that is saved now. Nothing is sent where there is none any more, or no reason to. */
    Payment sendByItself(UUID id) {
        Payment payment = payments.find(id).orElseThrow();
        AccountId account = payment.account().orElseThrow();
        return sent(payment, () -> {
                    Optional<Card> card = paymentAccounts.lockCard(account);
                    Optional<String> changed = changed(payment, account, card);
                    changed.ifPresent(what -> charges.notSent(id, what));
                    return changed.isPresent() ? Optional.empty() : claimed(payment, account, card);
                })
                .payment();
    }

    /** What has become otherwise since the charge was noted, so that it is not sent. */
    private Optional<String> changed(Payment payment, AccountId account, Optional<Card> card) {
        if (card.isEmpty()) {
            return Optional.of("its card was removed before it was charged");
        }
        if (paymentAccounts.agreed(account).isEmpty()) {
            return Optional.of("it was called off before the card was charged");
        }
        return payment.invoice()
                .flatMap(invoices::find)
                .filter(invoice -> !invoice.open().isPositive())
                .map(_ -> "nothing of its invoice was open any more");
    }

    /** A payment as it is by now, and where its customer goes on. */
    public Begun begun(Caller caller, UUID id) {
        Payment payment = payments.find(id).orElseThrow(() -> Problem.notFound("payment"));
        UUID account = payment.account().map(AccountId::value).orElseThrow(() -> Problem.notFound("payment"));
        tenancy.requireSee(caller, account, "payment");
        return new Begun(payment, payments.nextUrl(id));
    }

    private Card card(AccountId account) {
        return paymentAccounts
                .lockCard(account)
                .orElseThrow(() -> Problem.conflict("no-card", "No card is saved for this account."));
    }

    private String what(Payment payment) {
        return payment.invoice()
                .flatMap(invoices::find)
                .map(invoice -> "Invoice " + invoice.label())
                .orElse("Credit");
    }

    private URI back() {
        return URI.create(address + "/billing/payments");
    }

    /** Where a customer saves a card for later. */
    public URI saveCard(Caller caller, UUID accountId) {
        tenancy.requireChange(caller, accountId, "account");
        Outcome outcome = gateway().saveCard(new AccountId(accountId), Ids.next(clock), back());
        if (outcome instanceof Outcome.Pending(Optional<String> session, Optional<URI> next) && next.isPresent()) {
            return next.get();
        }
        throw Problem.of(502, "gateway-unavailable", "The payment provider did not answer. Try again in a minute.");
    }
}
