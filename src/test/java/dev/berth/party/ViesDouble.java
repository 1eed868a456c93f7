package dev.berth.party;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Speaks VIES's REST interface on this machine and says what it is told to. */
final class ViesDouble implements AutoCloseable {
    static final ViesDouble NONE = new ViesDouble(Optional.empty());

    /** @param line method and path */
    record Asked(String line, String body) {}

    private final Optional<HttpServer> server;
    private final List<Asked> asked = new ArrayList<>();
    private int status = 500;
    private String answer = "{}";

    private ViesDouble(Optional<HttpServer> server) {
        this.server = server;
    }

    static ViesDouble open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        ViesDouble vies = new ViesDouble(Optional.of(server));
        server.createContext("/", vies::handle);
        server.start();
        return vies;
    }

    URI address() {
        InetSocketAddress at = server.orElseThrow().getAddress();
        return URI.create("http://" + at.getAddress().getHostAddress() + ":" + at.getPort());
    }

    synchronized void answer(int code, String body) {
        status = code;
        answer = body;
    }

    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(new Asked(exchange.getRequestMethod() + " " + exchange.getRequestURI(), body));
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.ifPresent(s -> s.stop(0));
    }
}
