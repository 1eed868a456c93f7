package dev.berth.tools;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Sends a context a known number of bytes, so that what was metered can be compared with what was sent. */
final class Traffic {
    private static final int DISCARD_PORT = 9;
    private static final int PACKETS = 200;
    private static final int PAYLOAD_BYTES = 1_000;
    private static final int HEADER_BYTES = 28;

    /** By address, since addresses are not given out twice in a run. */
    private static final Map<String, Long> SENT = new ConcurrentHashMap<>();

    private Traffic() {}

    static void send(Optional<String> address) throws IOException {
        if (address.isEmpty() || !BenchProvision.routed(address.get())) {
            return;
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] payload = new byte[PAYLOAD_BYTES];
            InetAddress to = InetAddress.getByName(address.get());
            for (int i = 0; i < PACKETS; i++) {
                socket.send(new DatagramPacket(payload, payload.length, to, DISCARD_PORT));
            }
        }
        SENT.merge(address.get(), (long) PACKETS * (PAYLOAD_BYTES + HEADER_BYTES), Long::sum);
    }

    /** Bytes of IP packets that were sent there, at least. */
    static Map<String, Long> sent() {
        return Map.copyOf(SENT);
    }
}
