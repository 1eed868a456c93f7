package dev.berth.mail;

import dev.berth.mail.EnclosureMaker.File;
import dev.berth.platform.Transactions;
import io.quarkus.arc.All;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Empties the outbox. A replica takes a mail for itself for a while, sends it outside any transaction and writes down what became of
 * it. If it dies in between, the mail is due again after that while: the same mail under the same Message-ID may then
 * arrive twice, but none is lost.
 */
@ApplicationScoped
class MailRun {
    static final int MAX_ATTEMPTS = 16;
    private static final Logger LOG = Logger.getLogger(MailRun.class);
    private static final int MAX_PER_RUN = 500;
    private static final Duration HELD = Duration.ofMinutes(10);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofHours(4);

    private final OutboxStore store;
    private final Courier courier;
    private final List<EnclosureMaker> makers;
    private final MailSettings settings;
    private final Transactions transactions;
    private final InstantSource clock;

    MailRun(
            OutboxStore store,
            Courier courier,
            @All List<EnclosureMaker> makers,
            MailSettings settings,
            Transactions transactions,
            InstantSource clock) {
        this.store = store;
        this.courier = courier;
        this.makers = makers;
        this.settings = settings;
        this.transactions = transactions;
        this.clock = clock;
    }

    @RunOnVirtualThread
    @Scheduled(every = "${berth.mail.run-every}", identity = "mail-run", concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        Outcome outcome = run();
        if (outcome.sent() + outcome.notSent() > 0) {
            LOG.infof("mail run: %s", outcome);
        }
    }

    record Outcome(int sent, int notSent) {}

    /** Sends what is due; stops where the server cannot be reached, because every other mail would wait for it, too. */
    Outcome run() {
        int sent = 0;
        int notSent = 0;
        for (int i = 0; courier.ready() && i < MAX_PER_RUN; i++) {
            Optional<OutboxMail> next =
                    transactions.run(() -> store.claim(clock.instant().plus(HELD)));
            if (next.isEmpty()) {
                break;
            }
            Delivery delivery = deliver(next.get());
            settle(next.get(), delivery);
            sent += delivery instanceof Delivery.Sent ? 1 : 0;
            notSent += delivery instanceof Delivery.Sent ? 0 : 1;
            if (delivery instanceof Delivery.Unreachable) {
                break;
            }
        }
        return new Outcome(sent, notSent);
    }

    private Delivery deliver(OutboxMail mail) {
        if (mail.waitsSince().plus(settings.oldest()).isBefore(clock.instant())) {
            return new Delivery.Never(
                    "it had waited for longer than %s when its turn came".formatted(settings.oldest()));
        }
        if (mail.attempts() > MAX_ATTEMPTS) {
            return new Delivery.Never("given up after %d attempts".formatted(MAX_ATTEMPTS));
        }
        try {
            return courier.deliver(mail, files(mail));
        } catch (RuntimeException e) {
            // one mail that cannot be made must not stop the others
            LOG.errorf(e, "mail %s cannot be made", mail.id());
            return new Delivery.Later(
                    "it cannot be made (%s)".formatted(e.getClass().getSimpleName()));
        }
    }

    private List<File> files(OutboxMail mail) {
        return mail.mail().enclosures().stream()
                .map(enclosure -> maker(enclosure.maker()).make(enclosure.subject()))
                .toList();
    }

    private EnclosureMaker maker(String name) {
        return makers.stream()
                .filter(maker -> maker.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody makes a '%s'".formatted(name)));
    }

    private void settle(OutboxMail mail, Delivery delivery) {
        Optional<Instant> next = switch (delivery) {
            case Delivery.Sent _, Delivery.Never _ -> Optional.empty();
            case Delivery.Later _, Delivery.Unreachable _ ->
                mail.attempts() < MAX_ATTEMPTS
                        ? Optional.of(clock.instant().plus(pause(mail.attempts())))
                        : Optional.empty();
        };
        transactions.run(() -> store.settle(mail, delivery, next));
    }

    /** Doubles with each attempt: half a minute, then up to four hours; two days in all. */
    static Duration pause(int attempts) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempts - 1, 12));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
