package dev.berth.payment;

import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.payment.ChargePlans.Plan;
import dev.berth.platform.Transactions;
import dev.berth.units.Money;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Charges saved cards for invoices whose mail said so, on the day it said. What will be sent is committed first, as a payment of its
 * own with its attempt: of whatever breaks after that, the janitor asks what became of it, and nothing is sent a second time.
 */
@ApplicationScoped
public class CardCharges {
    private static final Logger LOG = Logger.getLogger(CardCharges.class);
    private static final int MAX_PER_RUN = 500;

    private final ChargePlans plans;
    private final PaymentAccounts accounts;
    private final ChargeWaits waits;
    private final OpenInvoices invoices;
    private final Checkout checkout;
    private final Transactions transactions;

    CardCharges(
            ChargePlans plans,
            PaymentAccounts accounts,
            ChargeWaits waits,
            OpenInvoices invoices,
            Checkout checkout,
            Transactions transactions) {
        this.plans = plans;
        this.accounts = accounts;
        this.waits = waits;
        this.invoices = invoices;
        this.checkout = checkout;
        this.transactions = transactions;
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.payment.charge-every}",
            identity = "card-charges",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        run();
    }

    /** @return how many charges were begun */
    public int run() {
        if (!checkout.on() || !plans.due()) {
            return 0;
        }
        if (!checkout.known()) {
            LOG.error("the payment provider does not take our key: no card is charged until it does");
            return 0;
        }
        int begun = 0;
        for (int i = 0; i < MAX_PER_RUN && checkout.on(); i++) {
            Optional<Step> step = next();
            if (step.isEmpty()) {
                break;
            }
            Optional<UUID> payment = step.get().payment();
            payment.ifPresent(this::send);
            begun += payment.isPresent() ? 1 : 0;
        }
        return begun;
    }

    /**
     * What was done about one invoice.
     *
     * @param payment that is to be sent; empty where nothing is charged now
     */
    record Step(Optional<UUID> payment) {}

    /** Begins the next charge that is due, and sends nothing. Empty: none is due. */
    Optional<Step> next() {
        AtomicReference<Optional<Plan>> held = new AtomicReference<>(Optional.empty());
        try {
            return transactions.run(() -> {
                held.set(plans.lockDue());
                return held.get().map(plan -> new Step(begin(plan)));
            });
        } catch (RuntimeException e) {
            Plan plan = held.get().orElseThrow(() -> e);
            LOG.errorf(e, "the charge of invoice %s cannot be begun", plan.invoice());
            plans.postpone(plan.invoice(), ChargeWaits.AWHILE);
            return Optional.of(new Step(Optional.empty()));
        }
    }

    private Optional<UUID> begin(Plan plan) {
        Optional<OpenInvoice> held =
                invoices.lock(plan.invoice()).filter(found -> found.open().isPositive());
        if (held.isEmpty() || !accounts.charged(plan.account())) {
            plans.end(plan.invoice());
            return Optional.empty();
        }
        Optional<Instant> wait = waits.until(plan);
        if (wait.isPresent()) {
            plans.postpone(plan.invoice(), wait.get());
            return Optional.empty();
        }
        Money open = held.get().open();
        Money amount = open.compareTo(plan.most()) < 0 ? open : plan.most();
        if (amount.compareTo(checkout.least(amount.currency())) < 0) {
            plans.end(plan.invoice()); // parts were paid, and nobody charges a card for the rest: reminders ask for it
            return Optional.empty();
        }
        UUID payment = checkout.byItself(held.get(), amount);
        plans.attempt(plan, payment);
        return Optional.of(payment);
    }

    private void send(UUID payment) {
        try {
            checkout.sendByItself(payment);
        } catch (RuntimeException e) {
            LOG.errorf(e, "payment %s was not sent, or its answer not noted: it is looked after", payment);
        }
    }
}
