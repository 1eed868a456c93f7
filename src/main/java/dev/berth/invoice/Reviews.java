package dev.berth.invoice;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Bills that staff look at before they get a number. What is approved is a sum: when readings change it before the invoice is
 * made, it is looked at again. Nothing is stored of the draft but that sum.
 */
@ApplicationScoped
public class Reviews {
    private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");
    private static final int AT_ONCE = 1_000;
    private static final String SELECT =
            "SELECT p.id, p.account_id, p.period_from, p.period_to, p.reason, p.review_net, p.review_since,"
                    + " p.review_until, p.held_by, p.held_because, p.approved_by, a.currency FROM billing_period p JOIN"
                    + " account a ON a.id = p.account_id WHERE p.state = 'REVIEW'";

    private final Database database;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;
    private final ReviewRule rule;
    private final Map<String, ReviewRule> bySeller;
    private final Optional<Duration> grace;

    Reviews(
            Database database,
            AuditService audit,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "berth.billing.review", defaultValue = "none") String rule,
            @ConfigProperty(name = "berth.billing.review-by-seller") Optional<Map<String, String>> bySeller,
            @ConfigProperty(name = "berth.billing.review-grace") Optional<Duration> grace) {
        this.database = database;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
        this.rule = ReviewRule.parse(rule);
        this.bySeller = bySeller.orElse(Map.of()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> ReviewRule.parse(entry.getValue())));
        this.grace = grace;
    }

    private record Answer(
            Optional<Long> shown, Optional<Instant> until, Optional<Long> approved, Optional<String> held) {}

    /**
     * Whether a period whose row is held must be looked at first; then it is in review from now on.
     *
     * @param net what its lines sum to now
     */
    boolean stop(DuePeriod due, String seller, Money net) {
        Optional<String> why = why(due, seller, net);
        why.ifPresent(reason -> put(due, reason, net));
        return why.isPresent();
    }

    private Optional<String> why(DuePeriod due, String seller, Money net) {
        Answer answer = database.one(
                        "SELECT review_net, review_until, approved_net, held_because FROM billing_period WHERE id = ?",
                        row -> new Answer(
                                row.optionalNumber("review_net"),
                                row.optionalInstant("review_until"),
                                row.optionalNumber("approved_net"),
                                row.optionalText("held_because")),
                        due.id().value())
                .orElseThrow();
        if (answer.held().isPresent()) {
            return Optional.of("staff want to see it first");
        }
        if (answer.approved().isPresent()) {
            return answer.approved().get() == net.minor()
                    ? Optional.empty()
                    : Optional.of("its sum has changed since it was approved");
        }
        boolean overdue =
                answer.until().filter(until -> !until.isAfter(clock.instant())).isPresent();
        if (overdue && answer.shown().filter(shown -> shown == net.minor()).isPresent()) {
            return Optional.empty();
        }
        ReviewRule holds = bySeller.getOrDefault(seller, rule);
        return holds.cases().isEmpty() ? Optional.empty() : holds.applies(net, first(due.account()));
    }

    private boolean first(AccountId account) {
        return database.number("SELECT COUNT(*) AS n FROM invoice WHERE account_id = ?", account.value()) == 0;
    }

    private void put(DuePeriod due, String reason, Money net) {
        Instant now = clock.instant();
        Optional<Instant> until = grace.map(now::plus);
        database.update(
                "UPDATE billing_period SET state = 'REVIEW', reason = ?, failed = FALSE, review_net = ?, review_since"
                        + " = ?, review_until = IF(held_by IS NULL, ?, NULL), approved_net = NULL, approved_by = NULL,"
                        + " next_attempt_at = IF(held_by IS NULL, ?, ?) WHERE id = ?",
                reason,
                net.minor(),
                now,
                until,
                until.orElse(NEVER),
                NEVER,
                due.id().value());
    }

    /**
     * A bill that waits for staff.
     *
     * @param net what its lines summed to when it was shown
     * @param until when it is invoiced without an answer
     * @param held why staff hold it back
     * @param approved whether the next run invoices it
     */
    public record Review(
            InvoiceId id,
            AccountId account,
            Period period,
            Money net,
            String reason,
            Instant since,
            Optional<Instant> until,
            Optional<String> held,
            boolean approved) {
        static Review of(Row row) {
            return new Review(
                    new InvoiceId(row.uuid("id")),
                    new AccountId(row.uuid("account_id")),
                    new Period(row.instant("period_from"), row.instant("period_to")),
                    new Money(row.number("review_net"), Currency.getInstance(row.text("currency"))),
                    row.text("reason"),
                    row.instant("review_since"),
                    row.optionalInstant("review_until"),
                    row.optionalText("held_because"),
                    row.optionalText("approved_by").isPresent());
        }
    }

    /** Bills that wait for staff, oldest first. */
    public List<Review> list(Caller caller) {
        Tenancy.requireStaff(caller);
        return database.list(SELECT + " ORDER BY p.review_since, p.id LIMIT ?", Review::of, Page.MAX_LIMIT);
    }

    /** @throws Problem 404 when it does not wait for staff */
    public Review get(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        return database.one(SELECT + " AND p.id = ?", Review::of, id)
                .orElseThrow(() -> Problem.notFound("bill to review"));
    }

    /**
     * The next run invoices it, if it still sums to this.
     *
     * @param net the sum that staff looked at, decimal text
     * @throws Problem 409 when it sums to something else by now
     */
    public Review approve(Caller caller, UUID id, @Nullable String net) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String seen = faults.text("net", net, 20);
        faults.throwIfAny();
        return transactions.run(() -> {
            Review review = get(caller, id);
            if (!review.net().amount().equals(seen)) {
                throw Problem.conflict("sum-changed", "It sums to %s now: look at it again.".formatted(review.net()));
            }
            approve(caller, review);
            return get(caller, id);
        });
    }

    /** Approves all that are not held back. @return how many */
    public int approveAll(Caller caller) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            List<Review> waiting = database.list(
                    SELECT + " AND p.held_by IS NULL AND p.approved_by IS NULL ORDER BY p.review_since, p.id LIMIT ?",
                    Review::of,
                    AT_ONCE);
            waiting.forEach(review -> approve(caller, review));
            return waiting.size();
        });
    }

    private void approve(Caller caller, Review review) {
        database.update(
                "UPDATE billing_period SET approved_net = review_net, approved_by = ?, held_by = NULL, held_because ="
                        + " NULL, next_attempt_at = ? WHERE id = ? AND state = 'REVIEW' AND review_net = ?",
                caller.subject(),
                clock.instant(),
                review.id().value(),
                review.net().minor());
        audit.record(
                caller,
                Deed.of("bill.approve", "billing-period", review.id())
                        .account(review.account().value())
                        .with(review.net().toString()));
    }

    /**
     * Staff want to see a bill before it is invoiced, whatever the rule says; also one whose period goes on still.
     *
     * @throws Problem 404 when there is no such period, 409 when it is closed
     */
    public void hold(Caller caller, UUID id, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String because = faults.text("reason", reason, 500);
        faults.throwIfAny();
        transactions.run(() -> {
            UUID account = database.one(
                            "SELECT account_id FROM billing_period WHERE id = ? FOR UPDATE",
                            row -> row.uuid("account_id"),
                            id)
                    .orElseThrow(() -> Problem.notFound("billing period"));
            int held = database.update(
                    "UPDATE billing_period SET held_by = ?, held_because = ?, approved_net = NULL, approved_by = NULL,"
                            + " review_until = NULL, next_attempt_at = IF(state = 'REVIEW', ?, next_attempt_at)"
                            + " WHERE id = ? AND state IN ('OPEN', 'PARKED', 'REVIEW')",
                    caller.subject(),
                    because,
                    NEVER,
                    id);
            if (held == 0) {
                throw Problem.conflict("closed", "This period is closed: credit its invoice instead.");
            }
            audit.record(
                    caller,
                    Deed.of("bill.hold", "billing-period", id).account(account).because(because));
        });
    }
}
