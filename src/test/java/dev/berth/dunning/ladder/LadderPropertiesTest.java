package dev.berth.dunning.ladder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.dunning.ladder.Situation.Progress;
import dev.berth.dunning.ladder.Situation.Reminder;
import dev.berth.units.InvoiceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The ladder under any course of debts, payments, promises and pauses of the portal. */
class LadderPropertiesTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int LOOKS = 400;

    /** An account as the portal keeps it, with whatever happens to it. */
    private static final class Course {
        final Random random;
        final Policy policy;
        final List<Debt> debts = new ArrayList<>();
        final Map<Reminder, Instant> reminded = new HashMap<>();
        final Map<LadderStep, Progress> progress = new EnumMap<>(LadderStep.class);
        final List<LadderStep> taken = new ArrayList<>();
        Optional<Instant> held = Optional.empty();
        Instant now = BEGIN;
        int invoices;

        Course(long seed) {
            random = new Random(seed);
            policy = policy(random);
        }

        void run() {
            for (int look = 0; look < LOOKS; look++) {
                happen();
                for (Deed deed : Ladder.due(policy, situation(), now)) {
                    take(deed);
                }
            }
        }

        Situation situation() {
            return new Situation(debts, held, reminded, progress);
        }

        /** Time goes on, now and then by weeks; invoices become overdue, are paid, and payment is promised. */
        private void happen() {
            now = now.plus(
                    random.nextInt(20) == 0
                            ? Duration.ofDays(random.nextInt(60))
                            : Duration.ofHours(random.nextInt(30)));
            switch (random.nextInt(25)) {
                case 0 ->
                    debts.add(new Debt(
                            new InvoiceId(new UUID(1, ++invoices)), now.minus(Duration.ofDays(random.nextInt(120)))));
                case 1 -> {
                    if (!debts.isEmpty() && random.nextBoolean()) {
                        debts.remove(random.nextInt(debts.size()));
                    }
                }
                case 2 -> held = Optional.of(now.plus(Duration.ofDays(random.nextInt(10))));
                default -> {}
            }
        }

        private void take(Deed deed) {
            switch (deed) {
                case Deed.Remind(InvoiceId invoice, int number) -> remind(new Reminder(invoice, number));
                case Deed.Announce(LadderStep step, Instant at, InvoiceId cause) -> announce(step, at, cause);
                case Deed.Take(LadderStep step, InvoiceId cause) -> take(step, cause);
                case Deed.Withdraw(LadderStep step) -> withdraw(step);
                case Deed.Resume() -> {
                    assertTrue(debts.isEmpty());
                    progress.clear();
                    taken.clear();
                }
            }
        }

        private void remind(Reminder reminder) {
            assertAllowed(reminder.invoice());
            assertEquals(null, reminded.put(reminder, now), "a reminder was sent twice");
            assertTrue(reminder.number() == 1
                    || reminded.containsKey(new Reminder(reminder.invoice(), reminder.number() - 1)));
        }

        private void announce(LadderStep step, Instant at, InvoiceId cause) {
            assertAllowed(cause);
            assertFalse(progress.containsKey(step), "announced twice");
            assertTrue(!at.isBefore(now.plus(Duration.ofDays(Rung.MIN_NOTICE_DAYS))));
            progress.put(step, new Progress(cause, now, at, Optional.empty()));
        }

        private void take(LadderStep step, InvoiceId cause) {
            assertAllowed(cause);
            Progress told = Optional.ofNullable(progress.get(step)).orElseThrow();
            assertFalse(now.isBefore(told.announcedFor()), "taken before the date that was told");
            assertTrue(owed(told.cause()), "taken for what it was not announced for");
            assertTrue(now.isAfter(
                    debts.stream().map(Debt::dueAt).min(Instant::compareTo).orElseThrow()));
            taken.add(step);
            List<LadderStep> expected =
                    policy.severe().stream().map(Rung::step).limit(taken.size()).toList();
            assertEquals(expected, taken, "a step was left out");
            progress.put(step, new Progress(told.cause(), told.announcedAt(), told.announcedFor(), Optional.of(now)));
        }

        private void withdraw(LadderStep step) {
            Progress told = Optional.ofNullable(progress.remove(step)).orElseThrow();
            assertEquals(Optional.empty(), told.doneAt(), "withdrawn, and it was done");
            assertFalse(owed(told.cause()), "withdrawn, and it is owed");
        }

        private boolean owed(InvoiceId invoice) {
            return debts.stream().anyMatch(debt -> debt.invoice().equals(invoice));
        }

        private void assertAllowed(InvoiceId cause) {
            assertTrue(owed(cause), "paid, and yet something is done");
            assertFalse(held.filter(until -> until.isAfter(now)).isPresent(), "held, and yet something is done");
        }
    }

    private static Policy policy(Random random) {
        List<Rung> rungs = new ArrayList<>();
        int day = random.nextInt(3);
        for (int number = 1; number <= 1 + random.nextInt(3); number++) {
            rungs.add(new Rung(LadderStep.REMIND, number, day, 0));
            day += 1 + random.nextInt(9);
        }
        for (LadderStep step : LadderStep.values()) {
            if (step.severe() && (step == LadderStep.STOP || random.nextInt(5) > 0)) {
                rungs.add(new Rung(step, 1, day, 7 + random.nextInt(8)));
                day += 1 + random.nextInt(20);
            }
        }
        return new Policy(rungs);
    }

    @Property(tries = 100)
    void aPaidAccountNeverStepsNothingIsLeftOutAndNothingComesUnannounced(@ForAll long seed) {
        new Course(seed).run();
    }

    @Property(tries = 200)
    void whatIsForeseenIsInOrderAndKeepsItsNotice(@ForAll long seed) {
        Course course = new Course(seed);
        course.run();
        Instant before = course.now;
        for (Ladder.Planned planned : Ladder.foreseen(course.policy, course.situation(), course.now)) {
            assertFalse(planned.at().isBefore(before));
            if (planned.rung().step().severe()) {
                before = planned.at();
                Duration notice = Duration.between(planned.announceAt(), planned.at());
                assertTrue(notice.compareTo(Duration.ofDays(planned.rung().noticeDays())) >= 0);
            }
        }
    }

    @Property(tries = 200)
    void aPolicyReadsItsOwnText(@ForAll long seed) {
        Policy policy = policy(new Random(seed));
        assertEquals(policy, Policy.parse(policy.text()));
    }
}
