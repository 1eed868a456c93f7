package dev.berth.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Desired;
import dev.berth.node.testing.TestNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final Desired.Settings SETTINGS = new Desired.Settings(60, Optional.empty());
    private static final String OTHER = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f02";

    @TempDir
    Path directory;

    private Database database = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Database unset() {
        return null;
    }

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("berthd.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void desiredStateIsThereAfterReopening() {
        accept(5, false, 3);
        database.close();
        open();

        assertEquals(5, new DesiredStore(database).revision());
        assertEquals(60, new DesiredStore(database).readingIntervalSeconds());
        assertEquals(3, new ContextStore(database).all().getFirst().spec().generation());
    }

    @Test
    void lowerRevisionIsRefused() {
        accept(5, false, 3);
        DesiredStore.Outcome outcome = accept(4, true, 4);
        assertEquals(List.of(), outcome.changed());
        assertEquals(1, outcome.refused().size());
        assertEquals(5, new DesiredStore(database).revision());
    }

    @Test
    void lowerGenerationIsRefusedEvenWhenTheContextIsGone() {
        accept(5, false, 3);
        new ContextStore(database).gone(TestNode.spec(3, DesiredState.DELETED));

        DesiredStore.Outcome outcome = accept(6, false, 2);

        assertEquals(1, outcome.refused().size());
        assertTrue(new ContextStore(database).all().getFirst().gone());
    }

    @Test
    void sameGenerationWithAnotherContentIsRefused() {
        accept(5, false, 3);
        DesiredStore.Outcome outcome = new DesiredStore(database)
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
        new DesiredStore(database).accept(new Desired(6, false, SETTINGS, List.of()));
        assertTrue(new ContextStore(database).all().getFirst().known());
        new DesiredStore(database).accept(new Desired(7, true, SETTINGS, List.of()));
        assertEquals(false, new ContextStore(database).all().getFirst().known());
    }

    @Test
    void idRangesAreUniqueAndGivenBackOnlyWhenGone() {
        ContextStore contexts = new ContextStore(database);
        new DesiredStore(database)
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
                () -> database.durablyDo(sql -> {
                    sql.update("UPDATE desired SET revision = 77");
                    throw new IllegalStateException("half way");
                }));
        assertEquals(-1, new DesiredStore(database).revision());
        accept(5, false, 3);
        assertEquals(5, new DesiredStore(database).revision());
    }

    @Test
    void newerSchemaIsNotTouched() {
        database.durablyDo(sql -> sql.update("PRAGMA user_version=99"));
        database.close();
        assertThrows(IllegalStateException.class, this::open);
    }

    private DesiredStore.Outcome accept(long revision, boolean full, long generation) {
        return new DesiredStore(database)
                .accept(new Desired(
                        revision, full, SETTINGS, List.of(TestNode.spec(generation, DesiredState.RUNNING))));
    }
}
