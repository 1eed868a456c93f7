package dev.berth.vps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.vps.Move.Copying;
import dev.berth.vps.Move.GaveUp;
import dev.berth.vps.Move.Returning;
import dev.berth.vps.Move.Sealed;
import dev.berth.vps.Move.State;
import dev.berth.vps.Move.Switched;
import dev.berth.vps.Move.Told;
import dev.berth.vps.Vps.ObservedState;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MoveTest {
    private static Told told(long generation, ObservedState state) {
        return new Told(generation, state, false);
    }

    @Test
    void isSwitchedWhenAllIsThereAndTheSourceRunsNoMore() {
        Copying whole = new Copying(7, true);
        assertEquals(Optional.of(new Switched(8)), whole.heard(told(7, ObservedState.STOPPED)));
        assertEquals(Optional.empty(), whole.heard(told(7, ObservedState.RUNNING)));
        assertEquals(Optional.empty(), whole.heard(told(6, ObservedState.STOPPED)));
        assertEquals(Optional.empty(), whole.heard(new Told(7, ObservedState.STOPPED, true)));
        assertEquals(Optional.empty(), new Copying(7, false).heard(told(7, ObservedState.STOPPED)));
    }

    @Test
    void isSealedWhenTheTargetHasItAsItIsToBe() {
        Switched switched = new Switched(8);
        Optional<Sealed> sealed = Optional.of(new Sealed(8));
        assertEquals(sealed, switched.heard(told(8, ObservedState.RUNNING), true));
        assertEquals(sealed, switched.heard(told(8, ObservedState.STOPPED), false));
        assertEquals(sealed, switched.heard(told(8, ObservedState.RUNNING), false));
        assertEquals(Optional.empty(), switched.heard(told(8, ObservedState.STOPPED), true));
        assertEquals(Optional.empty(), switched.heard(told(7, ObservedState.STOPPED), false));
        assertEquals(Optional.empty(), switched.heard(told(8, ObservedState.CREATING), true));
        assertEquals(Optional.empty(), switched.heard(new Told(8, ObservedState.RUNNING, true), true));
    }

    @Test
    void goesBackUnderAGenerationThatNeitherHasSeen() {
        assertEquals(new GaveUp(8), new Copying(7, true).giveUp());
        Switched switched = new Switched(8);
        assertEquals(Optional.of(new Returning(9)), switched.giveUp(told(7, ObservedState.STOPPED)));
        assertEquals(Optional.empty(), switched.giveUp(told(8, ObservedState.RUNNING)));
        assertEquals(Optional.empty(), new Returning(9).heard(true));
        assertEquals(Optional.of(new GaveUp(9)), new Returning(9).heard(false));
    }

    @Test
    void goesOnWithoutANodeThatIsGone() {
        assertEquals(new Switched(8), new Copying(7, true).withoutSource());
        assertEquals(new GaveUp(8), new Copying(7, false).withoutSource());
        assertEquals(new GaveUp(9), new Switched(8).withoutTarget());
    }

    @Test
    void isReadAsItWasWritten() {
        assertEquals(new Copying(7, true), Move.of(State.COPYING, 7, true));
        assertEquals(new Switched(8), Move.of(State.SWITCHED, 7, true));
        assertEquals(new Returning(9), Move.of(State.RETURNING, 7, true));
        assertThrows(IllegalArgumentException.class, () -> Move.of(State.SEALED, 7, true));
        assertThrows(IllegalArgumentException.class, () -> Move.of(State.GAVE_UP, 7, true));
        for (Move move : new Move[] {new Copying(1, false), new Switched(2), new Returning(3)}) {
            assertEquals(move.state(), Move.of(move.state(), 1, false).state());
        }
        assertEquals(State.SEALED, new Sealed(2).state());
        assertEquals(State.GAVE_UP, new GaveUp(2).state());
    }
}
