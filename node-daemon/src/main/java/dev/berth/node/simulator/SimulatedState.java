package dev.berth.node.simulator;

import java.util.List;

/** The file in which an invented host survives the daemon's end, as a real one would. */
record SimulatedState(String bootId, List<String> images, List<SimulatedContext> contexts) {
    SimulatedState {
        images = List.copyOf(images);
        contexts = List.copyOf(contexts);
    }
}
