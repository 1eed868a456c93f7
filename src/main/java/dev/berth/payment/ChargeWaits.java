package dev.berth.payment;

import dev.berth.dunning.DunningService;
import dev.berth.mail.Outbox;
import dev.berth.payment.ChargePlans.Plan;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** What a charge waits for although its day has come, so that what was told and promised holds. */
@ApplicationScoped
class ChargeWaits {
    /** Until it is looked at again, where nobody knows how long it takes. */
    static final Duration AWHILE = Duration.ofHours(1);

    private final DunningService dunning;
    private final Outbox outbox;
    private final PaymentStore payments;
    private final InstantSource clock;

    ChargeWaits(DunningService dunning, Outbox outbox, PaymentStore payments, InstantSource clock) {
        this.dunning = dunning;
        this.outbox = outbox;
        this.payments = payments;
        this.clock = clock;
    }

    /** Until when; empty: it waits for nothing. */
    Optional<Instant> until(Plan plan) {
        Instant now = clock.instant();
        return dunning.heldUntil(plan.account().value())
                .or(() -> told(plan, now))
                .or(() -> payments.underWay(plan.invoice()).map(_ -> now.plus(AWHILE)));
    }

    /** A mail that was not sent has told nobody, and one that was sent a moment ago leaves no time. */
    private Optional<Instant> told(Plan plan, Instant now) {
        return outbox.ofKey("invoice/" + plan.invoice().value())
                .map(mail ->
                        mail.sentAt().map(at -> at.plus(ChargePlans.NOTICE)).orElse(now.plus(AWHILE)))
                .filter(now::isBefore);
    }
}
