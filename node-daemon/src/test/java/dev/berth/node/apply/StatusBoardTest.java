package dev.berth.node.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.node.testing.TestNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
    private final StatusBoard board = new StatusBoard();

    @Test
    void newsIsTakenOnce() throws InterruptedException {
        board.put(status(1, State.CREATING));
        board.put(status(1, State.RUNNING));

        assertEquals(List.of(status(1, State.RUNNING)), board.take(1_000));
        assertEquals(List.of(), board.take(0));
    }

    @Test
    void sameAgainIsNoNews() throws InterruptedException {
        board.put(status(1, State.RUNNING));
        board.take(0);
        board.put(status(1, State.RUNNING));
        assertEquals(List.of(), board.take(0));
    }

    @Test
    void whatCouldNotBeToldIsToldLater() throws InterruptedException {
        board.put(status(1, State.CREATING));
        List<ContextStatus> news = board.take(0);
        board.put(status(1, State.RUNNING));
        board.untold(news);
        assertEquals(List.of(status(1, State.RUNNING)), board.take(0));
    }

    private static ContextStatus status(long generation, State state) {
        return new ContextStatus(
                TestNode.CONTEXT, generation, state, 0, Optional.empty(), List.of(), List.of(), Optional.empty());
    }
}
