package dev.berth.node.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.contract.NetworkSpec.VolumeCap;
import dev.berth.contract.NetworkSpec.Window;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VolumeCountTest {
    private static final VolumeCap CAP = new VolumeCap(Window.DAY, 1_000, 64_000);

    private static final long DAY = 86_400;

    @Test
    void whatPassedBeforeTheFirstLookCountsForNobody() {
        assertEquals(new VolumeCount(DAY, 5_000, false), VolumeCount.NONE.at(CAP, DAY, 5_000));
    }

    @Test
    void theCapIsReachedAndANewWindowBeginsAnew() {
        VolumeCount day = VolumeCount.NONE.at(CAP, DAY, 5_000);
        assertFalse(day.at(CAP, DAY, 5_999).slowed());
        VolumeCount slowed = day.at(CAP, DAY, 6_000);
        assertTrue(slowed.slowed());
        assertTrue(slowed.at(CAP, DAY, 6_100).slowed());
        VolumeCount next = slowed.at(CAP, 2 * DAY, 6_200);
        assertFalse(next.slowed());
        assertEquals(6_200, next.before());
    }

    @Test
    void aClockThatIsSetBackBeginsNoWindow() {
        VolumeCount slowed = VolumeCount.NONE.at(CAP, 2 * DAY, 0).at(CAP, 2 * DAY, 1_000);
        VolumeCount back = slowed.at(CAP, DAY, 1_000);
        assertEquals(slowed, back);
        assertEquals(slowed, back.at(CAP, 2 * DAY, 1_000));
    }

    @Test
    void aRaisedCapAndACounterThatBeginsAnewLetGo() {
        VolumeCount slowed = VolumeCount.NONE.at(CAP, DAY, 500).at(CAP, DAY, 1_500);
        assertTrue(slowed.slowed());
        assertFalse(
                slowed.at(new VolumeCap(Window.DAY, 2_000, 64_000), DAY, 1_500).slowed());
        VolumeCount anew = slowed.at(CAP, DAY, 10);
        assertEquals(10, anew.before());
        assertFalse(anew.slowed());
    }

    @Test
    void slowMeansNeverFasterThanThePlan() {
        assertEquals(
                new Rates(Optional.empty(), Optional.of(64_000L), Optional.empty(), Optional.of(64_000L)),
                VolumeCount.slow(NetworkSpec.PLAIN, CAP).rates().orElseThrow());
        Rates plan = new Rates(Optional.of(100_000L), Optional.of(1_000_000L), Optional.of(3L), Optional.of(32_000L));
        assertEquals(
                new Rates(Optional.of(64_000L), Optional.of(64_000L), Optional.of(3L), Optional.of(32_000L)),
                VolumeCount.slow(NetworkSpec.PLAIN.withRates(plan), CAP).rates().orElseThrow());
    }
}
