package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.Finding.Level;
import dev.berth.node.kernel.Lxcfs.State;
import org.junit.jupiter.api.Test;

class LxcfsTest {
    @Test
    void mountThatDoesNotAnswerIsOneThatEnded() {
        assertEquals(State.RUNS, Lxcfs.state(true, true, true));
        assertEquals(State.ENDED, Lxcfs.state(true, true, false));
        assertEquals(State.STOPPED, Lxcfs.state(true, false, false));
        assertEquals(State.NOT_INSTALLED, Lxcfs.state(false, false, false));
    }

    @Test
    void whateverIsWrongTheDoctorSaysWhatToDo() {
        for (State state : State.values()) {
            boolean runs = state == State.RUNS;
            assertEquals(runs ? Level.OK : Level.DEGRADED, Lxcfs.finding(state).level());
            assertEquals(runs, Lxcfs.finding(state).remedy().isEmpty());
        }
        assertTrue(Lxcfs.finding(State.STOPPED).remedy().contains("--start-lxcfs"));
        assertFalse(Lxcfs.finding(State.NOT_INSTALLED).remedy().contains("--start-lxcfs"));
    }
}
