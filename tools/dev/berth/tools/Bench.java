package dev.berth.tools;

import java.io.PrintStream;
import java.util.List;

final class Bench {
    Bench(Instance instance, PrintStream out) {}

    int run(List<String> arguments) {
        return 1;
    }
}
