package dev.berth.vps;

import dev.berth.vps.Vps.ObservedState;
import java.util.Optional;

/**
 * How far a VPS is on its way from one node to another. Each state knows what leads out of it and under which generation, and nothing else does:
 * a wish that both nodes would follow at once cannot be made.
 */
public sealed interface Move {
    /** As it is stored and told. */
    enum State {
        /** The source stops it and hands over what it has. */
        COPYING,
        /** The target takes it; the source is sealed. */
        SWITCHED,
        /** The target is to forget it; the source is still sealed. */
        RETURNING,
        /** It is the target's; the source is to forget it. */
        SEALED,
        /** It is where it was. */
        GAVE_UP
    }

    /** What a node said last of the VPS. */
    record Told(long generation, ObservedState state, boolean failing) {
        private boolean reached(long wanted) {
            return generation == wanted && !failing;
        }
    }

    State state();

    /**
     * @param generation of the source's spec
     * @param departed whether all of it has arrived in the portal and is what the source said it is
     */
    record Copying(long generation, boolean departed) implements Move {
        @Override
        public State state() {
            return State.COPYING;
        }

        /** The source has handed over everything and does not run. */
        Optional<Switched> heard(Told source) {
            return departed && source.reached(generation) && source.state() == ObservedState.STOPPED
                    ? Optional.of(new Switched(generation + 1))
                    : Optional.empty();
        }

        /** The target knows nothing of it yet. */
        GaveUp giveUp() {
            return new GaveUp(generation + 1);
        }

        /** The source is gone for good: what has departed is all there is of it, and else nothing can go on. */
        Move withoutSource() {
            return departed ? new Switched(generation + 1) : giveUp();
        }
    }

    /** @param generation of the target's spec */
    record Switched(long generation) implements Move {
        @Override
        public State state() {
            return State.SWITCHED;
        }

        /** @param running whether it is to run there */
        Optional<Sealed> heard(Told target, boolean running) {
            boolean there =
                    target.state() == ObservedState.RUNNING || (!running && target.state() == ObservedState.STOPPED);
            return there && target.reached(generation) ? Optional.of(new Sealed(generation)) : Optional.empty();
        }

        /** Empty when it runs on the target already: what was written there would be lost. */
        Optional<Returning> giveUp(Told target) {
            return target.state() == ObservedState.RUNNING
                    ? Optional.empty()
                    : Optional.of(new Returning(generation + 1));
        }

        /** The target is gone for good: nothing of it can start there any more, and the source still has all that was handed over. */
        GaveUp withoutTarget() {
            return new GaveUp(generation + 1);
        }
    }

    /** @param generation of the target's tombstone, and of what the source gets after it */
    record Returning(long generation) implements Move {
        @Override
        public State state() {
            return State.RETURNING;
        }

        /** Only when nothing of it is left on the target may the source start it again. */
        Optional<GaveUp> heard(boolean leftOnTarget) {
            return leftOnTarget ? Optional.empty() : Optional.of(new GaveUp(generation));
        }
    }

    /** @param generation of the target's spec, and of the source's tombstone */
    record Sealed(long generation) implements Move {
        @Override
        public State state() {
            return State.SEALED;
        }
    }

    /** @param generation of the source's spec */
    record GaveUp(long generation) implements Move {
        @Override
        public State state() {
            return State.GAVE_UP;
        }
    }

    /**
     * One that goes on.
     *
     * @param sourceGeneration under which it was to leave
     */
    static Move of(State state, long sourceGeneration, boolean departed) {
        return switch (state) {
            case COPYING -> new Copying(sourceGeneration, departed);
            case SWITCHED -> new Switched(sourceGeneration + 1);
            case RETURNING -> new Returning(sourceGeneration + 2);
            case SEALED, GAVE_UP -> throw new IllegalArgumentException(state + " has ended");
        };
    }
}
