package dev.berth.console;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.console.ConsoleTickets.Opened;
import dev.berth.contract.ConsoleRequests.Size;
import dev.berth.platform.Origins;
import dev.berth.platform.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where browsers connect: the WebSocket {@code /console}. Its first message is a text, the ticket with the size of the terminal: so the
 * ticket is in no address that somebody logs. After {@code {"state":"open"}}, binary messages are what is typed and shown, and texts
 * are new sizes.
 */
@ApplicationScoped
class ConsoleGate {
    static final String PATH = "/console";

    private static final Logger LOG = Logger.getLogger(ConsoleGate.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final short REFUSED = 4_403;
    private static final short NO_TICKET = ConsoleSession.BAD_MESSAGE;
    private static final short OUR_FAULT = 1_011;
    private static final long FIRST_MESSAGE_MILLIS = 10_000;
    private static final int MAX_TEXT = 1_000;

    private final Vertx vertx;
    private final ConsoleTickets tickets;
    private final ConsoleSessions sessions;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    ConsoleGate(Vertx vertx, ConsoleTickets tickets, ConsoleSessions sessions) {
        this.vertx = vertx;
        this.tickets = tickets;
        this.sessions = sessions;
    }

    void register(@Observes Router router) {
        router.route(HttpMethod.GET, PATH).handler(this::connect);
    }

    private void connect(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            context.response()
                    .setStatusCode(426)
                    .putHeader("Upgrade", "websocket")
                    .end();
            return;
        }
        // who says nothing of a page is no browser, and has the ticket all the same
        if (Origins.ofBrowser(request) && !Origins.own(request)) {
            context.response().setStatusCode(403).end();
            return;
        }
        request.toWebSocket().onSuccess(this::greet).onFailure(e -> LOG.debugf("no WebSocket: %s", e.getMessage()));
    }

    private void greet(ServerWebSocket browser) {
        AtomicBoolean greeted = new AtomicBoolean();
        vertx.setTimer(FIRST_MESSAGE_MILLIS, _ -> {
            if (!greeted.get()) {
                hangUp(browser, NO_TICKET, "no ticket came");
            }
        });
        browser.binaryMessageHandler(_ -> hangUp(browser, NO_TICKET, "the first message is a ticket"));
        browser.textMessageHandler(text -> {
            if (greeted.compareAndSet(false, true)) {
                browser.pause();
                threads.execute(() -> admit(browser, text));
            }
        });
    }

    /** The first message of a browser. */
    record Hello(@Nullable String ticket, int columns, int rows) {}

    private void admit(ServerWebSocket browser, String text) {
        try {
            Hello hello = read(text, Hello.class)
                    .orElseThrow(() -> new IllegalArgumentException("the first message is a ticket"));
            Size size = new Size(hello.columns(), hello.rows());
            Opened opened = tickets.redeem(hello.ticket() == null ? "" : hello.ticket());
            sessions.begin(opened, size, browser);
        } catch (IllegalArgumentException e) {
            hangUp(browser, NO_TICKET, String.valueOf(e.getMessage()));
        } catch (Problem e) {
            hangUp(browser, REFUSED, e.detail());
        } catch (RuntimeException e) {
            LOG.warn("a console could not be opened", e);
            hangUp(browser, OUR_FAULT, "this is a fault of the portal");
        }
    }

    static void hangUp(ServerWebSocket browser, short code, String why) {
        if (!browser.isClosed()) {
            browser.close(code, why);
            // its answer to that has to be read
            browser.resume();
        }
    }

    /** A new size of the terminal; empty for what is none. */
    static Optional<Size> size(String text) {
        try {
            return read(text, Size.class);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static String text(Size size) {
        return "{\"columns\":%d,\"rows\":%d}".formatted(size.columns(), size.rows());
    }

    private static <T> Optional<T> read(String text, Class<T> type) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readValue(text, type));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}
