package dev.berth.node.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.node.agent.ObservedSchedule.Due;
import dev.berth.node.testing.FakeClock;
import org.junit.jupiter.api.Test;

class ObservedScheduleTest {
    private final FakeClock clock = new FakeClock();
    private final ObservedSchedule schedule = new ObservedSchedule(clock);

    @Test
    void aFewContextsAreToldWithEveryBeatAndWhollyOnceAMinute() {
        assertEquals(Due.FULL, tell(3));
        for (int beat = 1; beat <= 5; beat++) {
            clock.pass(ObservedSchedule.BEAT_MILLIS);
            assertEquals(Due.SAMPLES, tell(3));
        }
        clock.pass(ObservedSchedule.BEAT_MILLIS);
        assertEquals(Due.FULL, tell(3));
    }

    @Test
    void nothingIsDueBetweenBeats() {
        tell(3);
        clock.pass(ObservedSchedule.BEAT_MILLIS - 1);
        assertEquals(Due.NOTHING, schedule.due());
        assertEquals(1, schedule.millisToNext());
    }

    @Test
    void aThousandAreToldLessOftenButLifeIsShownAsBefore() {
        assertEquals(Due.FULL, tell(1_000));
        for (int beat = 1; beat <= 11; beat++) {
            clock.pass(ObservedSchedule.BEAT_MILLIS);
            assertEquals(Due.BEAT, tell(1_000));
        }
        clock.pass(ObservedSchedule.BEAT_MILLIS);
        assertEquals(Due.SAMPLES, tell(1_000));
        clock.pass(3 * 60_000);
        assertEquals(Due.FULL, tell(1_000));
    }

    private Due tell(int contexts) {
        Due due = schedule.due();
        schedule.told(due, contexts);
        return due;
    }
}
