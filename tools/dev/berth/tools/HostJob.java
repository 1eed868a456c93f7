package dev.berth.tools;

import java.nio.file.Path;
import java.time.Duration;

/** One or more test hosts that boot together, and what is to be done in them. */
interface HostJob {
    String name();

    /** Where the reports of its tests are. */
    Path share();

    /** What its tests said. */
    Path output();

    /** Boots, does it, and waits until all has ended. */
    Outcome run(Duration limit);

    /** The ends of what was said, for whoever has to find out why. */
    String lastWords();

    /** @param code 0 when the job did well */
    record Outcome(int code, String text) {}
}
