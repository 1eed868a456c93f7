package dev.berth.dunning.ladder;

import dev.berth.dunning.ladder.Situation.Progress;
import dev.berth.dunning.ladder.Situation.Reminder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides. Reminders are counted for each invoice; the steps that hurt are counted from the oldest debt, one after the other: a step is announced
 * when the one before it is done, and taken when its notice is over, also when the portal was down for weeks. What was announced for a debt is not
 * taken for another one.
 */
public final class Ladder {
    /** Between two reminders of an invoice, when the first one came late. */
    private static final Duration BETWEEN_REMINDERS = Duration.ofDays(1);

    private Ladder() {}

    /**
     * A step to come.
     *
     * @param announceAt when it is or was announced
     * @param at when it is taken, if nothing is paid or promised until then
     */
    public record Planned(Rung rung, Instant announceAt, boolean announced, Instant at) {}

    /** What is to be done now; what is withdrawn first, then reminders, at most one step that hurts. */
    public static List<Deed> due(Policy policy, Situation situation, Instant now) {
        if (situation.debts().isEmpty()) {
            return List.of(new Deed.Resume());
        }
        if (situation.held(now)) {
            return List.of();
        }
        List<Deed> deeds = new ArrayList<>();
        situation.unfounded().forEach(step -> deeds.add(new Deed.Withdraw(step)));
        for (Debt debt : situation.debts()) {
            nextReminder(policy, situation, debt)
                    .filter(next -> !next.at().isAfter(now))
                    .ifPresent(next -> deeds.add(
                            new Deed.Remind(debt.invoice(), next.rung().number())));
        }
        if (remindedEnough(policy, situation)) {
            severe(policy, situation, now).ifPresent(deeds::add);
        }
        return List.copyOf(deeds);
    }

    private static Optional<Deed> severe(Policy policy, Situation situation, Instant now) {
        Debt oldest = situation.oldest().orElseThrow();
        Optional<Planned> next = foreseen(policy, situation, now).stream()
                .filter(planned -> planned.rung().step().severe())
                .findFirst();
        if (next.isEmpty()) {
            return Optional.empty();
        }
        Planned planned = next.get();
        LadderStep step = planned.rung().step();
        if (planned.announced()) {
            return planned.at().isAfter(now) ? Optional.empty() : Optional.of(new Deed.Take(step, oldest.invoice()));
        }
        return planned.announceAt().isAfter(now)
                ? Optional.empty()
                : Optional.of(new Deed.Announce(step, planned.at(), oldest.invoice()));
    }

    /** Whether the oldest debt has had every reminder: nothing hurts before. */
    private static boolean remindedEnough(Policy policy, Situation situation) {
        Debt oldest = situation.oldest().orElseThrow();
        return nextReminder(policy, situation, oldest).isEmpty();
    }

    private record NextReminder(Rung rung, Instant at) {}

    private static Optional<NextReminder> nextReminder(Policy policy, Situation situation, Debt debt) {
        Instant earliest = debt.dueAt();
        for (Rung rung : policy.reminders()) {
            Instant sent = situation.reminded().get(new Reminder(debt.invoice(), rung.number()));
            if (sent == null) {
                return Optional.of(new NextReminder(rung, later(after(debt, rung), earliest)));
            }
            earliest = sent.plus(BETWEEN_REMINDERS);
        }
        return Optional.empty();
    }

    /** Every step to come, the next one first, as it will be if nothing is paid; empty when nothing is overdue. */
    public static List<Planned> foreseen(Policy policy, Situation situation, Instant now) {
        if (situation.debts().isEmpty()) {
            return List.of();
        }
        Debt oldest = situation.oldest().orElseThrow();
        Instant earliest = later(now, situation.heldUntil().orElse(now));
        List<Planned> all = new ArrayList<>();
        for (Rung rung : policy.rungs()) {
            if (done(situation, oldest, rung)) {
                continue;
            }
            Planned planned = planned(situation, oldest, rung, earliest);
            all.add(planned);
            earliest = rung.step().severe() ? planned.at() : later(earliest, planned.at());
        }
        return List.copyOf(all);
    }

    private static boolean done(Situation situation, Debt oldest, Rung rung) {
        return rung.step().severe()
                ? situation.done(rung.step())
                : situation.reminded().containsKey(new Reminder(oldest.invoice(), rung.number()));
    }

    private static Planned planned(Situation situation, Debt oldest, Rung rung, Instant earliest) {
        Instant date = after(oldest, rung);
        if (!rung.step().severe()) {
            Instant at = later(date, earliest);
            return new Planned(rung, at, false, at);
        }
        Duration notice = Duration.ofDays(rung.noticeDays());
        Optional<Progress> told = situation.told(rung.step());
        Instant announceAt = told.map(Progress::announcedAt).orElseGet(() -> later(date.minus(notice), earliest));
        Instant at = later(later(date, announceAt.plus(notice)), earliest);
        return new Planned(
                rung,
                announceAt,
                told.isPresent(),
                told.map(Progress::announcedFor)
                        .map(promised -> later(promised, at))
                        .orElse(at));
    }

    private static Instant after(Debt debt, Rung rung) {
        return debt.dueAt().plus(Duration.ofDays(rung.daysAfterDue()));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
