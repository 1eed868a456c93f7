package dev.berth.dunning.ladder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.dunning.ladder.Situation.Progress;
import dev.berth.dunning.ladder.Situation.Reminder;
import dev.berth.units.InvoiceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final Policy USUAL =
            Policy.parse("REMIND:1, REMIND:7, LIMIT:14:7, FREEZE:21:7, STOP:28:7, ARCHIVE:45:14, DELETE:90:14");
    private static final InvoiceId INVOICE = new InvoiceId(new UUID(1, 1));
    private static final Instant DUE = Instant.parse("2026-03-01T00:00:00Z");

    private static Instant day(int days) {
        return DUE.plus(Duration.ofDays(days));
    }

    private static Situation fresh() {
        return new Situation(List.of(new Debt(INVOICE, DUE)), Optional.empty(), Map.of(), Map.of());
    }

    private static String foreseen(Situation situation, Instant now) {
        return Ladder.foreseen(USUAL, situation, now).stream()
                .map(p -> p.rung().step() + "@" + Duration.between(DUE, p.at()).toDays())
                .collect(Collectors.joining(" "));
    }

    @Test
    void theUsualLadder() {
        assertEquals("REMIND@1 REMIND@7 LIMIT@14 FREEZE@21 STOP@28 ARCHIVE@45 DELETE@90", foreseen(fresh(), day(0)));
        assertEquals(List.of(), Ladder.due(USUAL, fresh(), day(0)));
        assertEquals(List.of(new Deed.Remind(INVOICE, 1)), Ladder.due(USUAL, fresh(), day(1)));
    }

    @Test
    void aPortalThatWasDownForMonthsBeginsWithALetter() {
        assertEquals(List.of(new Deed.Remind(INVOICE, 1)), Ladder.due(USUAL, fresh(), day(200)));
        assertEquals(
                "REMIND@200 REMIND@200 LIMIT@207 FREEZE@214 STOP@221 ARCHIVE@235 DELETE@249",
                foreseen(fresh(), day(200)));
    }

    @Test
    void aPromiseMovesWhatComesAndNothingIsTakenMeanwhile() {
        Map<Reminder, Instant> reminded = Map.of(new Reminder(INVOICE, 1), day(1), new Reminder(INVOICE, 2), day(7));
        Map<LadderStep, Progress> progress =
                Map.of(LadderStep.LIMIT, new Progress(INVOICE, day(7), day(14), Optional.empty()));
        Situation held = new Situation(List.of(new Debt(INVOICE, DUE)), Optional.of(day(18)), reminded, progress);

        assertEquals(List.of(), Ladder.due(USUAL, held, day(15)));
        assertEquals("LIMIT@18 FREEZE@25 STOP@32 ARCHIVE@46 DELETE@90", foreseen(held, day(15)));
        assertEquals(List.of(new Deed.Take(LadderStep.LIMIT, INVOICE)), Ladder.due(USUAL, held, day(18)));
    }

    @Test
    void whatWasAnnouncedForADebtIsNotTakenForAnotherOne() {
        InvoiceId other = new InvoiceId(new UUID(1, 2));
        Map<Reminder, Instant> reminded = Map.of(new Reminder(other, 1), day(41), new Reminder(other, 2), day(47));
        Map<LadderStep, Progress> progress = Map.of(
                LadderStep.LIMIT, new Progress(INVOICE, day(7), day(14), Optional.of(day(14))),
                LadderStep.FREEZE, new Progress(INVOICE, day(14), day(21), Optional.empty()));
        Situation paid = new Situation(List.of(new Debt(other, day(40))), Optional.of(day(50)), reminded, progress);

        assertEquals(List.of(), Ladder.due(USUAL, paid, day(49)), "held");
        assertEquals(List.of(new Deed.Withdraw(LadderStep.FREEZE)), Ladder.due(USUAL, paid, day(51)));
        assertEquals(
                List.of(new Deed.Withdraw(LadderStep.FREEZE), new Deed.Announce(LadderStep.FREEZE, day(65), other)),
                Ladder.due(USUAL, paid, day(58)));
        assertEquals("FREEZE@61 STOP@68 ARCHIVE@85 DELETE@130", foreseen(paid, day(51)));
    }

    @Test
    void nothingIsDeletedThatWasNotStoppedBefore() {
        assertThrows(IllegalArgumentException.class, () -> Policy.parse("REMIND:1, DELETE:90:14"));
        assertThrows(IllegalArgumentException.class, () -> Policy.parse("REMIND:1, DELETE:20:14, STOP:30:7"));
        assertThrows(IllegalArgumentException.class, () -> Policy.parse("STOP:30:7"));
        assertThrows(IllegalArgumentException.class, () -> Policy.parse("REMIND:1, STOP:30:6"));
        assertThrows(IllegalArgumentException.class, () -> Policy.parse("REMIND:1, STOP"));
        assertThrows(IllegalArgumentException.class, () -> Policy.parse("REMIND:1, HANG:3"));
    }

    @Test
    void fewAccountsSayNothingAboutAShare() {
        Breaker breaker = new Breaker(20, 2, 3);

        assertTrue(breaker.trips(3, 0, 5).isEmpty());
        assertEquals(
                "4 of 5 accounts within a day, more than 2 %",
                breaker.trips(4, 0, 5).orElseThrow());
        assertEquals(
                "4 of 100 accounts within a day, more than 2 %",
                breaker.trips(2, 2, 100).orElseThrow());
        assertTrue(breaker.trips(4, 0, 200).isEmpty());
        assertEquals(
                "21 accounts within a day, more than 20",
                breaker.trips(1, 20, 100_000).orElseThrow());
        assertTrue(breaker.trips(0, 50, 100).isEmpty());
    }
}
