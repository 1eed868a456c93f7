package dev.berth.tools;

import java.time.Duration;
import java.util.List;

/** What test hosts run on: the command that boots one, and what differs inside of it. */
sealed interface Machine permits UmlMachine, QemuMachine {
    /** The second disk, as the host calls it. */
    String disk();

    /** How long a job may take. */
    Duration limit();

    /** The line of a host's job that mounts one of this machine's directories in its own place, not to be written to. */
    String mount(String place);

    /** Ends with the process that runs it. */
    List<String> command(Guest guest);
}
