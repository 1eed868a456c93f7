package dev.berth.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Desired;
import dev.berth.node.testing.TemporaryDatabase;
import dev.berth.node.testing.TestNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoreTest {
    private static final Desired.Settings SETTINGS = new Desired.Settings(60, Optional.empty());
    private static final String OTHER = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f02";

    @RegisterExtension
    final TemporaryDatabase file = new TemporaryDatabase();

    @Test
    void desiredStateIsThereAfterReopening() {
        accept(5, false, 3);
        file.reopened();

        assertEquals(5, new DesiredStore(file.database()).revision());
        assertEquals(60, new DesiredStore(file.database()).readingIntervalSeconds());
        assertEquals(
                3, new ContextStore(file.database()).all().getFirst().spec().generation());
    }

    @Test
    void lowerRevisionIsRefused() {
        accept(5, false, 3);
        DesiredStore.Outcome outcome = accept(4, true, 4);
        assertEquals(List.of(), outcome.changed());
        assertEquals(1, outcome.refused().size());
        assertEquals(5, new DesiredStore(file.database()).revision());
    }

    @Test
    void lowerGenerationIsRefusedEvenWhenTheContextIsGone() {
        accept(5, false, 3);
        new ContextStore(file.database()).gone(TestNode.spec(3, DesiredState.DELETED));

        DesiredStore.Outcome outcome = accept(6, false, 2);

        assertEquals(1, outcome.refused().size());
        assertTrue(new ContextStore(file.database()).all().getFirst().gone());
    }

    @Test
    void sameGenerationWithAnotherContentIsRefused() {
        accept(5, false, 3);
        DesiredStore.Outcome outcome = new DesiredStore(file.database())
                .accept(new Desired(6, false, SETTINGS, List.of(TestNode.spec(3, DesiredState.STOPPED))));
        assertEquals(1, outcome.refused().size());
    }

    @Test
    void repeatChangesNothing() {
        assertEquals(1, accept(5, false, 3).changed().size());
        DesiredStore.Outcome again = accept(5, true, 3);
        assertEquals(new DesiredStore.Outcome(List.of(), List.of()), again);
    }

    @Test
    void partialAnswerForgetsNothing() {
        accept(5, false, 3);
        new DesiredStore(file.database()).accept(new Desired(6, false, SETTINGS, List.of()));
        assertTrue(new ContextStore(file.database()).all().getFirst().known());
        new DesiredStore(file.database()).accept(new Desired(7, true, SETTINGS, List.of()));
        assertEquals(false, new ContextStore(file.database()).all().getFirst().known());
    }

    @Test
    void idRangesAreUniqueAndGivenBackOnlyWhenGone() {
        ContextStore contexts = new ContextStore(file.database());
        new DesiredStore(file.database())
                .accept(new Desired(
                        5,
                        false,
                        SETTINGS,
                        List.of(
                                TestNode.spec(1, DesiredState.RUNNING),
                                TestNode.spec(OTHER, 1, DesiredState.RUNNING, 0))));

        long first = contexts.baseId(TestNode.CONTEXT);
        long second = contexts.baseId(OTHER);

        assertEquals(ContextStore.FIRST_BASE_ID, first);
        assertEquals(first, contexts.baseId(TestNode.CONTEXT));
        assertEquals(first + 65_536, second);
    }

    @Test
    void failedTransactionLeavesNothing() {
        assertThrows(
                IllegalStateException.class,
                () -> file.database().durablyDo(sql -> {
                    sql.update("UPDATE desired SET revision = 77");
                    throw new IllegalStateException("half way");
                }));
        assertEquals(-1, new DesiredStore(file.database()).revision());
        accept(5, false, 3);
        assertEquals(5, new DesiredStore(file.database()).revision());
    }

    @Test
    void metersOfSchemaTwoAreTakenOver() {
        accept(5, false, 3);
        String counters = "{\"cpuUsec\":7,\"cpuThrottledUsec\":0,\"memoryBytes\":1,\"diskBytes\":2,\"processes\":3,"
                + "\"netTxBytes\":4,\"netRxBytes\":5,\"ioReadBytes\":6,\"ioWriteBytes\":7}";
        String old =
                "{\"bootId\":\"b\",\"monotonicNanos\":9223372036854775807,\"utcMillis\":8,\"running\":true,\"raw\":"
                        + counters + ",\"offset\":" + counters
                        + ",\"memory\":{\"whole\":1,\"restNanos\":2},\"disk\":{\"whole\":9223372036854775807,\"restNanos\":3},"
                        + "\"address\":{\"whole\":4,\"restNanos\":5},\"uptime\":{\"whole\":6,\"restNanos\":7},\"addresses\":1,"
                        + "\"epoch\":{\"bootId\":\"b\",\"startNo\":2,\"open\":true,\"monotonicNanos\":9},\"readingUtcMillis\":10}";
        file.database().durablyDo(sql -> {
            sql.update("INSERT INTO meter (context_id, state) VALUES (?, ?)", TestNode.CONTEXT, old);
            sql.update("DROP TABLE volume");
            sql.update("DROP TABLE departure");
            sql.update("DROP TABLE image");
            sql.update("DROP TABLE snapshot_image");
            sql.update("ALTER TABLE bank DROP COLUMN credit_micros");
            sql.update("ALTER TABLE bank DROP COLUMN surplus_micros");
            sql.update("PRAGMA user_version=2");
        });

        Map<String, String> states = new MeterStore(file.reopened()).all();

        assertEquals(
                "{\"look\":{\"bootId\":\"b\",\"monotonicNanos\":9223372036854775807,\"utcMillis\":8,\"running\":true},"
                        + "\"raw\":" + counters + ",\"offset\":" + counters
                        + ",\"sums\":{\"memory\":{\"whole\":1,\"restNanos\":2},"
                        + "\"disk\":{\"whole\":9223372036854775807,\"restNanos\":3},"
                        + "\"address\":{\"whole\":4,\"restNanos\":5},\"uptime\":{\"whole\":6,\"restNanos\":7}},\"addresses\":1,"
                        + "\"epoch\":{\"bootId\":\"b\",\"startNo\":2,\"open\":true,\"monotonicNanos\":9},"
                        + "\"readingUtcMillis\":10}",
                states.get(TestNode.CONTEXT));
    }

    @Test
    void newerSchemaIsNotTouched() {
        file.database().durablyDo(sql -> sql.update("PRAGMA user_version=99"));
        assertThrows(IllegalStateException.class, file::reopened);
    }

    private DesiredStore.Outcome accept(long revision, boolean full, long generation) {
        return new DesiredStore(file.database())
                .accept(new Desired(
                        revision, full, SETTINGS, List.of(TestNode.spec(generation, DesiredState.RUNNING))));
    }
}
