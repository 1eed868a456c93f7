package dev.berth.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Speaks as much of Stripe's HTTP API as the portal uses, on loopback: pages, payment intents, refunds, customers, their cards,
 * idempotency keys, search by metadata. {@code POST /control/…} plays the customer and breaks the line: {@code lose/on} does what
 * is asked and sends no answer, {@code key/refused} does nothing and says so, {@code refunds/pending} leaves refunds on their way, {@code pay/<page>} pays on a page or saves a card there,
 * {@code debit/<page>/<status>} pays there by a bank debit, which its bank has taken or refused by now, {@code card/<id>/<customer>} makes a card
 * of any name; one that is called stuck is never let go.
 */
public final class StripeDouble implements QuarkusTestResourceLifecycleManager {
    public static final String WEBHOOK_SECRET = "whsec_only_for_tests";

    private static final Pattern METADATA = Pattern.compile("(.*)metadata\\[(\\w+)]");
    private static final Pattern SEARCH = Pattern.compile("metadata\\['(\\w+)']:'([^']+)'");

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
    private final Map<String, Answer> byKey = new LinkedHashMap<>();
    private @Nullable HttpServer server;
    private boolean losing;
    private boolean refusing;
    private String refundStatus = "succeeded";
    private int counter;

    private record Answer(int status, ObjectNode body) {}

    @Override
    public Map<String, String> start() {
        try {
            HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            made.createContext("/", this::handle);
            made.start();
            server = made;
            return Map.of(
                    "berth.payment.stripe.secret-key",
                    "sk_test_only_for_tests",
                    "berth.payment.stripe.webhook-secret",
                    WEBHOOK_SECRET,
                    "berth.payment.stripe.api-base",
                    "http://127.0.0.1:" + made.getAddress().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        HttpServer running = server;
        if (running != null) {
            running.stop(0);
        }
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String query = exchange.getRequestURI().getRawQuery();
            Map<String, String> fields = form(text.isEmpty() && query != null ? query : text);
            boolean post = exchange.getRequestMethod().equals("POST");
            Answer answer = path.startsWith("/control/")
                    ? control(path.substring(9))
                    : keyed(
                            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                            post ? "POST" : "GET",
                            path,
                            fields);
            if (losing && post && !path.startsWith("/control/")) {
                return; // done, but nobody hears of it
            }
            byte[] bytes = json.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The same key gives the same answer, whatever is asked: that is what Stripe does for a day. */
    private Answer keyed(@Nullable String key, String method, String path, Map<String, String> fields) {
        if (key == null || method.equals("GET") || refusing) {
            return answer(method, path, fields);
        }
        Answer known = byKey.get(key);
        Answer answer = known == null ? answer(method, path, fields) : known;
        byKey.put(key, answer);
        return answer;
    }

    private Answer answer(String method, String path, Map<String, String> fields) {
        if (refusing) {
            return error(401, "api_key_expired");
        }
        return switch (method + " " + path) {
            case "POST /v1/checkout/sessions" -> ok(page(fields));
            case "POST /v1/payment_intents" -> charge(fields);
            case "POST /v1/refunds" -> ok(refund(fields));
            case "POST /v1/customers" -> ok(made("cus", "customer"));
            case "GET /v1/payment_intents/search" -> ok(search(fields.getOrDefault("query", "")));
            case "GET /v1/balance" -> ok(json.createObjectNode().put("object", "balance"));
            case "GET /v1/refunds" -> ok(list(fields.getOrDefault("payment_intent", "")));
            default -> {
                if (path.startsWith("/v1/payment_methods/") && path.endsWith("/detach")) {
                    yield detach(objects.get(path.split("/", -1)[3]));
                }
                ObjectNode found = objects.get(path.substring(path.lastIndexOf('/') + 1));
                yield found == null ? error(404, "resource_missing") : ok(found);
            }
        };
    }

    private ObjectNode made(String prefix, String object) {
        String id = prefix + "_" + ++counter + "_" + Integer.toHexString(System.identityHashCode(this));
        ObjectNode made = json.createObjectNode().put("id", id).put("object", object);
        objects.put(id, made);
        return made;
    }

    private ObjectNode page(Map<String, String> fields) {
        ObjectNode page = made("cs", "checkout.session")
                .put("mode", fields.get("mode"))
                .put("status", "open")
                .put("payment_status", "unpaid")
                .put("customer", fields.get("customer"));
        page.put("url", "https://pay.example.org/" + page.path("id").asText());
        if (fields.containsKey("line_items[0][price_data][unit_amount]")) {
            page.put("amount_total", Long.parseLong(fields.get("line_items[0][price_data][unit_amount]")));
            page.put("currency", fields.get("line_items[0][price_data][currency]"));
        }
        page.set("metadata", metadata(fields, ""));
        page.set("intent_metadata", metadata(fields, "payment_intent_data"));
        return page;
    }

    private ObjectNode metadata(Map<String, String> fields, String prefix) {
        ObjectNode metadata = json.createObjectNode();
        fields.forEach((name, value) -> {
            String bare = name.replace("[metadata]", "metadata");
            Matcher matcher = METADATA.matcher(bare);
            if (matcher.matches() && matcher.group(1).equals(prefix)) {
                metadata.put(matcher.group(2), value);
            }
        });
        return metadata;
    }

    private Answer charge(Map<String, String> fields) {
        if (fields.getOrDefault("payment_method", "").contains("declined")) {
            return error(402, "card_declined");
        }
        ObjectNode intent = succeeded(Long.parseLong(fields.getOrDefault("amount", "0")), fields.get("currency"));
        intent.set("metadata", metadata(fields, ""));
        return ok(intent);
    }

    private ObjectNode card(String id, String customer) {
        ObjectNode card = json.createObjectNode()
                .put("id", id)
                .put("object", "payment_method")
                .put("customer", customer);
        objects.put(id, card);
        return card;
    }

    /** Counts how often it was asked to. */
    private Answer detach(@Nullable ObjectNode card) {
        if (card == null) {
            return error(404, "resource_missing");
        }
        card.put("detach_asked", card.path("detach_asked").asInt() + 1);
        if (card.path("id").asText().contains("stuck")) {
            return error(500, "api_error");
        }
        if (card.path("customer").isNull()) {
            return error(400, "not_attached");
        }
        return ok(card.putNull("customer"));
    }

    private ObjectNode succeeded(long amount, @Nullable String currency) {
        return made("pi", "payment_intent")
                .put("status", "succeeded")
                .put("amount", amount)
                .put("amount_received", amount)
                .put("currency", currency);
    }

    private ObjectNode refund(Map<String, String> fields) {
        ObjectNode refund = made("re", "refund")
                .put("status", refundStatus)
                .put("payment_intent", fields.get("payment_intent"))
                .put("amount", Long.parseLong(fields.getOrDefault("amount", "0")))
                .put("currency", "eur");
        refund.set("metadata", metadata(fields, ""));
        return refund;
    }

    private ObjectNode search(String query) {
        Matcher matcher = SEARCH.matcher(query);
        ArrayNode found = json.createArrayNode();
        if (matcher.matches()) {
            objects.values().stream()
                    .filter(o -> o.path("object").asText().equals("payment_intent"))
                    .filter(o ->
                            o.path("metadata").path(matcher.group(1)).asText().equals(matcher.group(2)))
                    .forEach(found::add);
        }
        return result("search_result", found);
    }

    private ObjectNode list(String intent) {
        ArrayNode found = json.createArrayNode();
        objects.values().stream()
                .filter(o -> o.path("object").asText().equals("refund"))
                .filter(o -> o.path("payment_intent").asText().equals(intent))
                .forEach(found::add);
        return result("list", found);
    }

    private ObjectNode result(String object, ArrayNode found) {
        ObjectNode result = json.createObjectNode().put("object", object).put("has_more", false);
        result.set("data", found);
        return result;
    }

    private Answer control(String what) {
        String[] words = what.split("/", -1);
        return switch (words[0]) {
            case "lose" -> {
                losing = words[1].equals("on");
                yield ok(json.createObjectNode());
            }
            case "key" -> {
                refusing = words[1].equals("refused");
                yield ok(json.createObjectNode());
            }
            case "refunds" -> {
                refundStatus = words[1];
                yield ok(json.createObjectNode());
            }
            case "pay" -> ok(pay(words[1]));
            case "debit" -> ok(debit(words[1], words[2]));
            case "card" -> ok(card(words[1], words[2]));
            case "count" ->
                ok(json.createObjectNode()
                        .put(
                                "count",
                                objects.values().stream()
                                        .filter(o -> o.path("metadata")
                                                .path("payment")
                                                .asText()
                                                .equals(words[1]))
                                        .filter(o -> o.path("object").asText().equals("payment_intent"))
                                        .count()));
            default -> error(404, "no such control");
        };
    }

    /** The customer pays on a page, or saves a card there. */
    private ObjectNode pay(String id) {
        ObjectNode page = objects.getOrDefault(id, json.createObjectNode());
        page.put("status", "complete");
        if (page.path("mode").asText().equals("setup")) {
            ObjectNode intent = made("seti", "setup_intent")
                    .put("customer", page.path("customer").asText())
                    .put("payment_method", "pm_good_" + counter);
            card(intent.path("payment_method").asText(), intent.path("customer").asText());
            return page.put("setup_intent", intent.path("id").asText());
        }
        ObjectNode intent = succeeded(
                page.path("amount_total").asLong(), page.path("currency").asText());
        intent.set("metadata", page.path("intent_metadata"));
        return page.put("payment_status", "paid")
                .put("payment_intent", intent.path("id").asText());
    }

    /** A page for a debit is complete and unpaid from then on, also when the bank has refused it. */
    private ObjectNode debit(String id, String status) {
        ObjectNode page = objects.getOrDefault(id, json.createObjectNode());
        ObjectNode intent = Optional.ofNullable(
                        objects.get(page.path("payment_intent").asText()))
                .orElseGet(() -> made("pi", "payment_intent"));
        intent.put("status", status).set("metadata", page.path("intent_metadata"));
        return page.put("status", "complete")
                .put("payment_intent", intent.path("id").asText());
    }

    private static Answer ok(ObjectNode body) {
        return new Answer(200, body);
    }

    private Answer error(int status, String code) {
        ObjectNode body = json.createObjectNode();
        body.putObject("error")
                .put("type", status == 402 ? "card_error" : "invalid_request_error")
                .put("code", code)
                .put("message", code);
        return new Answer(status, body);
    }

    private static Map<String, String> form(String text) {
        Map<String, String> fields = new TreeMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return fields;
    }
}
