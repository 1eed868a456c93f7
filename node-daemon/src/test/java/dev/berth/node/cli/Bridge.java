package dev.berth.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The network that test hosts are on, as a neighbour of theirs sees it. */
record Bridge(String address) {
    private static final int MILLIS = 3_000;

    InetAddress inet() throws IOException {
        return InetAddress.getByName(address);
    }

    /** What an operator's router does when a context moves. */
    void route(String context, String host) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("ip", "route", "replace", context + "/32", "via", host)
                .inheritIO()
                .start();
        assertEquals(true, process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    /** How its SSH greets, up to the version; empty while it does not. */
    String answer(String context) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(context, 22), MILLIS);
            socket.setSoTimeout(MILLIS);
            return new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII);
        } catch (IOException _) {
            return "";
        }
    }

    boolean echoes(String context) throws IOException {
        return InetAddress.getByName(context).isReachable(MILLIS);
    }
}
