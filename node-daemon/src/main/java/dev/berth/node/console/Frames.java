package dev.berth.node.console;

import dev.berth.node.host.Console;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What goes through the Unix socket while a console is open. To the daemon: {@code 0}, length (2 bytes), what was typed; or
 * {@code 1}, columns, rows (2 bytes each). Back: the terminal's output as it is, until its end.
 */
public final class Frames {
    private static final int TYPED = 0;
    private static final int RESIZED = 1;
    private static final int MAX_BYTES = 0xffff;
    private static final int BUFFER_BYTES = 16_384;

    private Frames() {}

    public static void typed(DataOutputStream out, byte[] bytes, int length) throws IOException {
        if (length > MAX_BYTES) {
            throw new IllegalArgumentException("%d bytes do not fit a frame".formatted(length));
        }
        out.writeByte(TYPED);
        out.writeShort(length);
        out.write(bytes, 0, length);
        out.flush();
    }

    public static void resized(DataOutputStream out, Console.Size size) throws IOException {
        out.writeByte(RESIZED);
        out.writeShort(size.columns());
        out.writeShort(size.rows());
        out.flush();
    }

    /** Goes on until the terminal or its user ends; both are closed then. */
    public static void relay(Console console, InputStream in, OutputStream out, Closeable connection)
            throws IOException {
        Thread output = Thread.ofPlatform().daemon().name("console").start(() -> show(console, out, connection));
        try (console) {
            DataInputStream frames = new DataInputStream(in);
            while (true) {
                take(console, frames);
            }
        } catch (EOFException _) {
            // Its user has hung up, or show() has because there is no more to see.
            return;
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            join(output);
        }
    }

    private static void take(Console console, DataInputStream frames) throws IOException {
        int kind = frames.readUnsignedByte();
        if (kind == TYPED) {
            byte[] bytes = new byte[frames.readUnsignedShort()];
            frames.readFully(bytes);
            console.write(bytes);
        } else if (kind == RESIZED) {
            int columns = frames.readUnsignedShort();
            console.resize(new Console.Size(columns, frames.readUnsignedShort()));
        } else {
            throw new IOException("this is no frame: " + kind);
        }
    }

    private static void show(Console console, OutputStream out, Closeable connection) {
        try (connection) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = console.read(buffer); got >= 0; got = console.read(buffer)) {
                out.write(buffer, 0, got);
                out.flush();
            }
        } catch (IOException _) {
            // Its user is gone, which the other direction sees, too.
            return;
        }
    }

    private static void join(Thread output) {
        try {
            output.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
