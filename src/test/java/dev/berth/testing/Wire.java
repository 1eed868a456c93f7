package dev.berth.testing;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One end of a WebSocket, as words: {@code text …}, {@code binary …}, {@code close CODE …}. */
public final class Wire implements WebSocket.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder binary = new StringBuilder();

    /** What comes next. */
    public String next() throws InterruptedException {
        String said = heard.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return said == null ? "silence" : said;
    }

    public static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            heard.add("text " + text);
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        binary.append(StandardCharsets.UTF_8.decode(data));
        if (last) {
            heard.add("binary " + binary);
            binary.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        heard.add("close %d %s".formatted(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        heard.add("error " + error.getMessage());
    }
}
