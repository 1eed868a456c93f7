package dev.berth.node.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.Departure;
import dev.berth.contract.Desired;
import dev.berth.contract.Enrolment;
import dev.berth.contract.ImageInfo;
import dev.berth.contract.Observed;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.node.json.Json;
import dev.berth.node.move.MovePortal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;

/** As much of a portal as one node talks to: real TLS on a free port, state in memory. Two may share what moves between them. */
public final class TestPortal implements AutoCloseable {
    public static final String NODE_ID = "019ab2c0-0000-7000-8000-000000000001";
    public static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static final long WAIT_MILLIS = 100;

    public final TestAuthority authority;
    public final List<Observed> observed = new CopyOnWriteArrayList<>();
    public final List<String> traces = new CopyOnWriteArrayList<>();

    /** How many records were here when each of {@code observed} came. */
    public final List<Integer> recordsWhenObserved = new CopyOnWriteArrayList<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpsServer server;
    private final List<Entry> records = new ArrayList<>();
    private final Map<String, ContextSpec> specs = new TreeMap<>();
    private final Map<String, Long> revisions = new TreeMap<>();
    private long revision;
    private boolean tokenUsed;
    private final AtomicInteger failuresToCome = new AtomicInteger();
    private final AtomicInteger refusalsToCome = new AtomicInteger();
    private byte[] image = new byte[0];
    private UnaryOperator<ImageInfo> description = UnaryOperator.identity();
    private final AtomicInteger downloads = new AtomicInteger();
    private Optional<List<String>> images = Optional.empty();
    private Optional<MovePortal> moves = Optional.empty();

    public TestPortal() {
        this(new TestAuthority());
    }

    public TestPortal(TestAuthority authority) {
        this(authority, InetAddress.getLoopbackAddress());
    }

    public TestPortal(TestAuthority authority, InetAddress address) {
        this.authority = authority;
        try {
            server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext(address)) {
                @Override
                public void configure(HttpsParameters parameters) {
                    SSLParameters tls = getSSLContext().getDefaultSSLParameters();
                    tls.setWantClientAuth(true);
                    parameters.setSSLParameters(tls);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    public URI uri() {
        return URI.create("https://%s:%d"
                .formatted(
                        server.getAddress().getAddress().getHostAddress(),
                        server.getAddress().getPort()));
    }

    public String joinToken() {
        return SECRET + "." + authority.fingerprint();
    }

    public synchronized void want(ContextSpec spec) {
        specs.put(spec.contextId(), spec);
        revisions.put(spec.contextId(), ++revision);
        notifyAll();
    }

    /** The archive of the only image there is. */
    public synchronized void image(byte[] archive) {
        image = archive.clone();
    }

    /** What is said of the only image from now on, made of what is true of it. */
    public synchronized void describe(UnaryOperator<ImageInfo> as) {
        description = as;
    }

    /** Images every node should hold from now on. */
    public synchronized void announce(String... digests) {
        images = Optional.of(List.of(digests));
        revision++;
        notifyAll();
    }

    /** Where contexts that move are left and taken. */
    public synchronized void moves(MovePortal spool) {
        moves = Optional.of(spool);
    }

    /** Of the newest wish. */
    public synchronized long revision() {
        return revision;
    }

    /** How often an archive was asked for. */
    public int downloads() {
        return downloads.get();
    }

    public synchronized List<Entry> records() {
        return List.copyOf(records);
    }

    /** Forgets the newest records, as a portal restored from a backup does. */
    public synchronized void forgetRecords(int count) {
        records.subList(records.size() - count, records.size()).clear();
    }

    /** So many of the next calls are answered with 503. */
    public void fail(int calls) {
        failuresToCome.set(calls);
    }

    /** So many of the next batches of readings are answered with 503. */
    public void refuseReadings(int batches) {
        refusalsToCome.set(batches);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            traces.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean readings = exchange.getRequestURI().getPath().endsWith("/readings");
            if (failuresToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0
                    || (readings && refusalsToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0)) {
                send(exchange, 503, "{}");
            } else {
                route(exchange, body);
            }
        }
    }

    private void route(HttpExchange exchange, byte[] body) throws IOException {
        String call =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        if (call.equals("POST /agent/v1/enrol")) {
            enrol(exchange, Json.read(body, Enrolment.Request.class));
        } else if (!certified(exchange)) {
            send(exchange, 401, "{}");
        } else if (call.startsWith("GET /agent/v1/images/")) {
            image(exchange, call);
        } else if (call.contains(" /agent/v1/migrations/")) {
            migration(exchange, call, body);
        } else {
            switch (call) {
                case "POST /agent/v1/renew" ->
                    send(
                            exchange,
                            200,
                            issued(Json.read(body, Enrolment.RenewRequest.class).csrPem(), 30));
                case "GET /agent/v1/desired" ->
                    send(
                            exchange,
                            200,
                            Json.text(desired(exchange.getRequestURI().getQuery())));
                case "PUT /agent/v1/observed" -> {
                    recordsWhenObserved.add(records().size());
                    observed.add(Json.read(body, Observed.class));
                    exchange.sendResponseHeaders(204, -1);
                }
                case "POST /agent/v1/readings" -> readings(exchange, Json.read(body, Readings.class));
                default -> send(exchange, 404, "{}");
            }
        }
    }

    private void enrol(HttpExchange exchange, Enrolment.Request request) throws IOException {
        if (tokenUsed || !request.joinToken().equals(joinToken())) {
            send(exchange, 403, "{}");
            return;
        }
        tokenUsed = true;
        // The first certificate is over its half life at once: the node must ask for the next.
        send(exchange, 200, issued(request.csrPem(), 0));
    }

    private String issued(String csrPem, int days) {
        return Json.text(new Enrolment.Response(NODE_ID, authority.node(NODE_ID, csrPem, days), authority.pem()));
    }

    private static boolean certified(HttpExchange exchange) {
        try {
            return ((HttpsExchange) exchange)
                    .getSSLSession()
                    .getPeerPrincipal()
                    .getName()
                    .equals("CN=" + NODE_ID);
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    private synchronized Desired desired(String query) throws IOException {
        long after = Long.parseLong(query.replaceAll(".*after=(-?\\d+).*", "$1"));
        long waitMillis = TimeUnit.SECONDS.toMillis(Long.parseLong(query.replaceAll(".*wait=(\\d+).*", "$1")));
        try {
            for (long waited = 0; after >= revision && waited < waitMillis; waited += WAIT_MILLIS) {
                wait(WAIT_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IOException("stopping", e);
        }
        List<ContextSpec> changed = specs.values().stream()
                .filter(spec -> after
                        < Optional.ofNullable(revisions.get(spec.contextId())).orElse(0L))
                .toList();
        return new Desired(revision, after < 0, new Desired.Settings(3_600, images), changed);
    }

    private synchronized void readings(HttpExchange exchange, Readings batch) throws IOException {
        long expected = records.isEmpty() ? 1 : records.getLast().seq() + 1;
        if (batch.records().getFirst().seq() > expected) {
            send(exchange, 409, Json.text(new Readings.Expected(expected)));
            return;
        }
        if (!signed(exchange, batch) || !batch.records().stream().allMatch(Entry::intact)) {
            send(exchange, 422, "{}");
            return;
        }
        batch.records().stream().filter(entry -> entry.seq() >= expected).forEach(records::add);
        send(exchange, 200, Json.text(new Readings.Ack(records.getLast().seq())));
    }

    private static boolean signed(HttpExchange exchange, Readings batch) throws IOException {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(((HttpsExchange) exchange)
                    .getSSLSession()
                    .getPeerCertificates()[0]
                    .getPublicKey());
            signature.update(HexFormat.of().parseHex(batch.records().getLast().hash()));
            return signature.verify(Base64.getDecoder().decode(batch.signature()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private synchronized void image(HttpExchange exchange, String call) throws IOException {
        if (call.endsWith("/archive")) {
            downloads.incrementAndGet();
            exchange.sendResponseHeaders(200, image.length);
            exchange.getResponseBody().write(image);
        } else {
            String digest = call.substring(call.lastIndexOf('/') + 1);
            ImageInfo plain = new ImageInfo(digest, "debian-12", "debian", "12", image.length);
            send(exchange, 200, Json.text(description.apply(plain)));
        }
    }

    private synchronized MovePortal spool() throws IOException {
        return moves.orElseThrow(() -> new IOException("nothing moves here"));
    }

    /** Not locked: a piece may take its time. */
    private void migration(HttpExchange exchange, String call, byte[] body) throws IOException {
        String[] parts = call.substring(call.indexOf("/migrations/") + 12).split("/", -1);
        String id = parts[0];
        try {
            switch (exchange.getRequestMethod() + " " + parts[1]) {
                case "PUT pieces" -> {
                    spool().leavePiece(id, Long.parseLong(parts[2]), body);
                    exchange.sendResponseHeaders(204, -1);
                }
                case "PUT departure" -> {
                    spool().leaveDeparture(id, Json.read(body, Departure.class));
                    exchange.sendResponseHeaders(204, -1);
                }
                case "GET pieces" -> {
                    byte[] piece = spool().piece(id, Long.parseLong(parts[2]));
                    exchange.sendResponseHeaders(200, piece.length);
                    exchange.getResponseBody().write(piece);
                }
                case "GET departure" -> send(exchange, 200, Json.text(spool().departure(id)));
                default -> send(exchange, 404, "{}");
            }
        } catch (InterruptedException e) {
            throw new IOException("stopping", e);
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
