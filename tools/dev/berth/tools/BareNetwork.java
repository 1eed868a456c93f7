package dev.berth.tools;

import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace behind a veth pair and nothing else: no packet filter, no counter, no shaping. What a context's network is
 * compared with. Its addresses are of the range for links (RFC 3927), which nobody routes.
 */
final class BareNetwork implements AutoCloseable {
    private static final String NAME = "berth-bench";
    private static final String HOST = "bbench0";
    private static final String INSIDE = "bbench1";
    static final String ADDRESS = "169.254.77.2";

    BareNetwork() {
        close();
        ip("netns", "add", NAME);
        ip("link", "add", HOST, "type", "veth", "peer", "name", INSIDE, "netns", NAME);
        ip("addr", "add", "169.254.77.1/30", "dev", HOST);
        ip("link", "set", HOST, "up");
        ip("-n", NAME, "addr", "add", ADDRESS + "/30", "dev", INSIDE);
        ip("-n", NAME, "link", "set", INSIDE, "up");
    }

    /** What to put before a program so that it runs in there. */
    List<String> entry() {
        return List.of("ip", "netns", "exec", NAME);
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Command.of(command).must(Failure.START, "making a network to compare with");
    }

    /** A pair goes with its namespace. */
    @Override
    public void close() {
        Command.of("ip", "netns", "delete", NAME).run();
    }
}
