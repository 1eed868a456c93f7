package dev.berth.node.simulator;

import dev.berth.node.host.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Where no context is real: what is typed comes back, until control-D. */
final class SimulatedConsole implements Console {
    private static final int HELD = 64;
    private static final byte END = 4;
    private final BlockingQueue<byte[]> output = new ArrayBlockingQueue<>(HELD);
    private volatile boolean closed;

    SimulatedConsole(String hostname) {
        String greeting = "simulated console of %s: what is typed comes back\r\n".formatted(hostname);
        output.add(greeting.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        try {
            byte[] next = closed && output.isEmpty() ? null : output.poll(200, TimeUnit.MILLISECONDS);
            if (next == null) {
                return closed ? -1 : 0;
            }
            int length = Math.min(next.length, buffer.length);
            System.arraycopy(next, 0, buffer, 0, length);
            return length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        for (byte each : bytes) {
            closed |= each == END;
        }
        if (!closed && !output.offer(bytes.clone())) {
            throw new IOException("the terminal takes no input");
        }
    }

    @Override
    public void resize(Size size) {
        // Nothing here is drawn.
    }

    @Override
    public void close() {
        closed = true;
    }
}
