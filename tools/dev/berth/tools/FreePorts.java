package dev.berth.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that nobody listens on, beside those of any instance. */
final class FreePorts {
    private static final int FIRST = 18_700;
    private static final int LAST = 19_600;

    private FreePorts() {}

    /** The first of so many in a row. */
    static int row(int count) {
        for (int base = FIRST; base < LAST; base += count) {
            if (free(base, count)) {
                return base;
            }
        }
        throw new Failure(Failure.HOST, "no %d free ports between %d and %d".formatted(count, FIRST, LAST));
    }

    private static boolean free(int base, int count) {
        for (int port = base; port < base + count; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (!socket.isBound()) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
