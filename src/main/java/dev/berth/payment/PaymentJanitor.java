package dev.berth.payment;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Looks after payments and refunds whose end is not known: asks the gateway what became of them, never sends them again. And
 * after removed cards, until they are gone there.
 * Replicas share them: each look is claimed first, in a transaction of its own.
 */
@ApplicationScoped
public class PaymentJanitor {
    private static final Logger LOG = Logger.getLogger(PaymentJanitor.class);
    private static final int MAX_PER_RUN = 200;

    private final Instance<Gateway> gateways;
    private final PaymentStore payments;
    private final RefundStore refunds;
    private final Charges charges;
    private final Refunds refunding;
    private final CardRemovals cards;

    PaymentJanitor(
            Instance<Gateway> gateways,
            PaymentStore payments,
            RefundStore refunds,
            Charges charges,
            Refunds refunding,
            CardRemovals cards) {
        this.gateways = gateways;
        this.payments = payments;
        this.refunds = refunds;
        this.charges = charges;
        this.refunding = refunding;
        this.cards = cards;
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.payment.janitor-every}",
            identity = "payment-janitor",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        run();
    }

    /** @return how many were looked at */
    public int run() {
        Optional<Gateway> gateway = gateways.stream().filter(Gateway::on).findFirst();
        if (gateway.isEmpty()) {
            return 0;
        }
        int looked = 0;
        while (looked < MAX_PER_RUN && look(gateway.get())) {
            looked++;
        }
        return looked;
    }

    private boolean look(Gateway gateway) {
        return lookAtPayment(gateway) || lookAtRefund(gateway) || cards.lookAfter(gateway);
    }

    private boolean lookAtPayment(Gateway gateway) {
        Optional<Payment> due = payments.claimDue(gateway.method());
        due.ifPresent(payment -> {
            try {
                charges.settle(payment.id(), gateway.lookUp(payment, payments.sessionId(payment.id())));
            } catch (RuntimeException e) {
                LOG.errorf(e, "payment %s cannot be looked after", payment.id());
            }
        });
        return due.isPresent();
    }

    private boolean lookAtRefund(Gateway gateway) {
        Optional<Refund> due = refunds.claimDue(gateway.method());
        due.ifPresent(refund -> {
            try {
                Payment payment = payments.find(refund.payment()).orElseThrow();
                refunding.settle(refund.id(), gateway.lookUpRefund(refund.id(), payment));
            } catch (RuntimeException e) {
                LOG.errorf(e, "refund %s cannot be looked after", refund.id());
            }
        });
        return due.isPresent();
    }
}
