package dev.berth.node.host;

import java.io.IOException;

/** A terminal with root's login shell inside a context. Its methods may be called by several threads; it ends with its shell. */
public interface Console extends AutoCloseable {
    /** Of the terminal, in characters. */
    record Size(int columns, int rows) {
        public static final int MAX = 1_000;

        public Size {
            if (columns < 1 || columns > MAX || rows < 1 || rows > MAX) {
                throw new IllegalArgumentException(
                        "a terminal has 1 to %d columns and rows, not %d and %d".formatted(MAX, columns, rows));
            }
        }
    }

    /** Waits a moment for output. @return how many bytes there were, 0 for none yet, -1 when there will be none any more */
    int read(byte[] buffer) throws IOException;

    /** Types these bytes. */
    void write(byte[] bytes) throws IOException;

    void resize(Size size);

    /** Hangs up: the shell and what it runs in the foreground end. */
    @Override
    void close();
}
