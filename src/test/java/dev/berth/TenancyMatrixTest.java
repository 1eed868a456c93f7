package dev.berth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every endpoint of the API against every kind of stranger. The rows are in {@code tenancy-matrix.txt}; an endpoint without
 * a row, and a row without an endpoint, fail.
 */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class TenancyMatrixTest {
    private static final java.nio.file.Path ROWS = java.nio.file.Path.of("src/test/resources/tenancy-matrix.txt");

    @Inject
    Database database;

    @Inject
    Seed seed;

    /** Who calls, in the order of {@link Kind}'s letters. */
    private enum Stranger {
        VISITOR(0),
        OTHER_CUSTOMER(1),
        OTHER_RESELLER(2),
        SUPPORT(3),
        ADMIN(4),
        OWNER(5),
        OWN_RESELLER(6);

        private final int column;

        Stranger(int column) {
            this.column = column;
        }
    }

    /**
     * What each caller gets, in the order of {@link Stranger}: {@code u} 401, {@code f} 403, {@code n} 404, {@code +}
     * anything else but a fault of ours.
     */
    private enum Kind {
        /** For everybody. */
        PUBLIC("+++++++"),
        /** A list or a creation that is about the caller's own things. */
        MINE("u++++++"),
        /** Something of an account, to read. */
        SEE("unn++++"),
        /** Something of an account, to change: staff do it through the staff API. */
        CHANGE("unnff++"),
        /** For resellers, about themselves. */
        RESELL("uf+fff+"),
        /** What a reseller has made for itself. */
        RESOLD("ufnfff+"),
        STAFF("uff++ff"),
        ADMIN("ufff+ff");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }
    }

    private record Case(Kind kind, String method, String path, String body) {}

    private static Map<String, Case> rows() throws IOException {
        Map<String, Case> rows = new TreeMap<>();
        for (String line : Files.readAllLines(ROWS)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.trim().split(" +", 4);
            rows.put(
                    parts[1] + " " + parts[2],
                    new Case(Kind.valueOf(parts[0]), parts[1], parts[2], parts.length > 3 ? parts[3] : ""));
        }
        return rows;
    }

    private static Set<String> endpoints() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importUrl(Money.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation())
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .flatMap(TenancyMatrixTest::endpointsOf)
                        .filter(endpoint -> endpoint.contains(" /api/"))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> endpointsOf(JavaClass type) {
        String base = type.getAnnotationOfType(Path.class).value();
        List<String> found = new ArrayList<>();
        for (JavaMethod method : type.getMethods()) {
            String path = method.isAnnotatedWith(Path.class)
                    ? method.getAnnotationOfType(Path.class).value()
                    : "";
            method.getAnnotations().stream()
                    .filter(a -> a.getRawType().isAnnotatedWith(HttpMethod.class))
                    .forEach(a -> found.add(a.getRawType().getSimpleName() + " " + joined(base, path)));
        }
        return found.stream();
    }

    private static String joined(String base, String path) {
        String joined = (base + "/" + path).replaceAll("/+", "/");
        String rooted = joined.startsWith("/") ? joined : "/" + joined;
        return rooted.endsWith("/") ? rooted.substring(0, rooted.length() - 1) : rooted;
    }

    @Test
    void everyEndpointHasARow() throws IOException {
        assertEquals(String.join("\n", endpoints()), String.join("\n", rows().keySet()));
    }

    @Test
    void everyStrangerGetsWhatBelongsToHim() throws IOException {
        World world = World.make(database, seed);
        List<String> wrong = new ArrayList<>();
        for (Case row : rows().values()) {
            for (Stranger stranger : Stranger.values()) {
                char expected = row.kind().expected.charAt(stranger.column);
                int status = world.call(row, stranger);
                if (letter(status) != expected) {
                    wrong.add("%s %s: %s gets %d, wanted %s"
                            .formatted(row.method(), row.path(), stranger, status, expected));
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static char letter(int status) {
        return switch (status) {
            case 401 -> 'u';
            case 403 -> 'f';
            case 404 -> 'n';
            default -> status >= 500 ? '!' : '+';
        };
    }

    /** An end customer of a reseller with one VPS, and those who have nothing to do with it. */
    private record World(Map<Stranger, String> callers, Map<String, String> names) {
        static World make(Database database, Seed seed) {
            String reseller = "client:own-" + UUID.randomUUID() + ";reseller";
            Given.allowInvoice(Given.accountOf(reseller));
            String account = Given.customerOf(reseller).toString();
            String owner = "user:" + UUID.randomUUID();
            database.update(
                    "INSERT INTO membership (subject, account_id, role, created_at)"
                            + " VALUES (?, ?, 'OWNER', UTC_TIMESTAMP(6))",
                    owner,
                    account);
            UUID node = node(database);
            Given.onlyNode(node);
            Map<String, Object> order = new TreeMap<>(Given.order("dinghy"));
            order.put("accountId", account);
            var placed = Given.once(reseller)
                    .body(order)
                    .post("/api/v1/orders")
                    .then()
                    .statusCode(202)
                    .extract();
            String draft = Given.as(reseller)
                    .get("/api/v1/invoices/so-far?account=" + account)
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("id");
            Map<String, String> names = new TreeMap<>(Map.of(
                    "account", account,
                    "vps", placed.path("vpsId"),
                    "snapshot", snapshot(database, placed.path("vpsId"), placed.path("operation.id")),
                    "order", placed.path("orderId"),
                    "operation", placed.path("operation.id"),
                    "node", node.toString(),
                    "drain", drain(database, node),
                    "stranger", stranger(database, node),
                    "address", address(database, placed.path("vpsId")),
                    "draft", draft));
            names.put("image", Given.image());
            names.put("question", question(database));
            names.put("payment", payment(database, account));
            names.put("refund", refund(database, names.get("payment")));
            names.put("card-removal", cardRemoval(database, account));
            names.put("coupon", coupon());
            names.put("mail", mail(database));
            names.put("final", invoice(database, account));
            names.put("credit-note", creditNote(database, names.get("final"), account));
            names.put("retail", retail(seed, reseller));
            names.put("retail-add-on", retailAddOn(reseller));
            return new World(callers(owner, reseller), names);
        }

        private static String retail(Seed seed, String reseller) {
            seed.terms(
                    UUID.fromString(Given.accountOf(reseller)),
                    Instant.now().truncatedTo(ChronoUnit.MICROS).plus(Duration.ofDays(365)));
            Map<String, Object> fee =
                    Map.of("model", "RECURRING", "label", "Fee", "unitLabel", "month", "unitPrice", "9");
            String slug = "matrix-" + UUID.randomUUID().toString().substring(0, 8);
            return Given.once(reseller)
                    .body(Map.of(
                            "slug",
                            slug,
                            "name",
                            "Retail",
                            "summary",
                            "-",
                            "wholesale",
                            "dinghy",
                            "lines",
                            List.of(fee)))
                    .post("/api/v1/retail-plans")
                    .path("plan.slug");
        }

        private static String retailAddOn(String reseller) {
            String slug = "matrix-" + UUID.randomUUID().toString().substring(0, 8);
            return Given.once(reseller)
                    .body(Map.of("slug", slug, "name", "Retail", "wholesale", "ipv4-address", "monthlyPrice", 9))
                    .post("/api/v1/retail-add-ons")
                    .path("addOn.slug");
        }

        private static String mail(Database database) {
            String id = UUID.randomUUID().toString();
            database.update(
                    "INSERT INTO outbox_mail (id, mail_key, kind, recipient, language, subject, body, state, queued_at,"
                            + " waits_since) VALUES (?, ?, 'test', 'a@example.org', 'en', 's', 'b', 'FAILED', NOW(6), NOW(6))",
                    id,
                    id);
            return id;
        }

        private static String coupon() {
            String code = "MATRIX-" + UUID.randomUUID().toString().substring(0, 8);
            return Given.once(Given.ADMIN)
                    .body(Map.of("code", code, "label", "Matrix", "basisPoints", 100))
                    .post("/api/admin/v1/coupons")
                    .path("code");
        }

        /** A final invoice of a time before there was anything. */
        private static String invoice(Database database, String account) {
            String id = UUID.randomUUID().toString();
            String number = id.substring(0, 8);
            database.update(
                    "INSERT INTO billing_period (id, account_id, period_from, period_to, state, next_attempt_at,"
                            + " closed_at) VALUES (?, ?, '2001-01-01', '2001-02-01', 'INVOICED', '2001-02-01',"
                            + " '2001-02-01')",
                    id,
                    account);
            database.update(
                    "INSERT INTO invoice_line (invoice_id, n, subscription_id, vps_id, hostname, plan_version_id,"
                            + " plan_name, tariff_position, model, label, unit_label, unit_quantity, unit_price, quantity,"
                            + " included, exact, carried_in, amount) SELECT ?, 1, s.id, s.vps_id, 'h', s.plan_version_id,"
                            + " 'Plan', 99, 'RECURRING', 'Fee', 'month', 1, 10, 1, 0, 10, 0, 1000 FROM subscription s"
                            + " WHERE s.account_id = ? LIMIT 1",
                    id,
                    account);
            database.update(
                    "INSERT INTO invoice (id, account_id, seller, series, number, label, state, period_from,"
                            + " period_to, issued_at, due_at, currency, net, tax, total, tax_basis_points, seller_name,"
                            + " seller_address, seller_tax_id, seller_payment, buyer_name, buyer_email, time_zone) VALUES"
                            + " (?, ?, ?, 'M2001', 1, ?, 'FINAL', '2001-01-01', '2001-02-01', '2001-02-01', '2001-02-15',"
                            + " 'EUR', 1000, 190, 1190, 1900, 'Seller', 'Street', '', 'Bank', 'End', 'end@example.org',"
                            + " 'UTC')",
                    id,
                    account,
                    number,
                    "M-" + number);
            return id;
        }

        private static String creditNote(Database database, String invoice, String account) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO credit_note (id, invoice_id, account_id, seller, series, number, label, issued_at, currency,"
                            + " net, tax, total, tax_basis_points, reason, issued_by, reduced, returned)"
                            + " VALUES (?, ?, ?, ?, 'MC2001', 1, ?, '2001-02-01', 'EUR', 100, 19, 119, 1900, 'test', 'test',"
                            + " 119, 0)",
                    id,
                    invoice,
                    account,
                    id.toString().substring(0, 8),
                    "MC-" + id);
            database.update(
                    "INSERT INTO credit_note_line (credit_note_id, n, invoice_id, line, amount, reason)"
                            + " VALUES (?, 1, ?, 1, 100, 'test')",
                    id,
                    invoice);
            return id.toString();
        }

        private static String address(Database database, String vps) {
            return database.one("SELECT address FROM ip_address WHERE vps_id = ?", row -> row.text("address"), vps)
                    .orElseThrow();
        }

        private static String snapshot(Database database, String vps, String operation) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO vps_snapshot (id, vps_id, image_id, operation_id, slot, name, created_by, state,"
                            + " reserved_bytes, created_at) SELECT ?, v.id, v.image_id, ?, 1, 'theirs', 'test', 'PENDING', 0,"
                            + " UTC_TIMESTAMP(6) FROM vps v WHERE v.id = ?",
                    id,
                    operation,
                    vps);
            return id.toString();
        }

        private static String payment(Database database, String account) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO payment (id, account_id, method, state, currency, amount, created_by, created_at)"
                            + " VALUES (?, ?, 'STRIPE', 'FAILED', 'EUR', 1, 'test', UTC_TIMESTAMP(6))",
                    id,
                    account);
            return id.toString();
        }

        private static String refund(Database database, String payment) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO refund (id, payment_id, state, amount, why, created_by, created_at)"
                            + " VALUES (?, ?, 'FAILED', 1, 'test', 'test', UTC_TIMESTAMP(6))",
                    id,
                    payment);
            return id.toString();
        }

        private static String cardRemoval(Database database, String account) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO card_removal (id, account_id, customer, card, asked_by, asked_at, state, done_at)"
                            + " VALUES (?, ?, 'cus', ?, 'test', UTC_TIMESTAMP(6), 'DONE', UTC_TIMESTAMP(6))",
                    id,
                    account,
                    id.toString());
            return id.toString();
        }

        private static String drain(Database database, UUID node) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO drain (id, node_id, state, at_once, reason, created_by, created_at, ended_at)"
                            + " VALUES (?, ?, 'DONE', 1, 'test', 'test', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
                    id,
                    node);
            return id.toString();
        }

        private static String stranger(Database database, UUID node) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO quarantined_context (node_id, context_id, first_seen_at, last_seen_at)"
                            + " VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
                    node,
                    id);
            return id.toString();
        }

        private static String question(Database database) {
            UUID id = UUID.randomUUID();
            database.update(
                    "INSERT INTO dunning_stop (id, kind, state, cause, opened_at, decided_at, decided_by, reason)"
                            + " VALUES (?, 'BREAKER', 'REFUSED', 'test', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'test', 'test')",
                    id);
            return id.toString();
        }

        private static UUID node(Database database) {
            UUID node = UUID.randomUUID();
            database.update(
                    "INSERT INTO node (id, name, state, cpu_milli, memory_bytes, disk_bytes, last_seen_at, created_at)"
                            + " VALUES (?, ?, 'ACTIVE', 8000, ?, ?, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6))",
                    node,
                    "t" + node.toString().substring(0, 8),
                    64L << 30,
                    640L << 30);
            Given.as(Given.ADMIN)
                    .header("Idempotency-Key", UUID.randomUUID().toString())
                    .body(Map.of("cidr", "192.0.2.0/29"))
                    .post("/api/admin/v1/nodes/" + node + "/ip-pools")
                    .then()
                    .statusCode(201);
            return node;
        }

        private static Map<Stranger, String> callers(String owner, String reseller) {
            return Map.of(
                    Stranger.OTHER_CUSTOMER,
                    "user:" + UUID.randomUUID() + ";customer",
                    Stranger.OTHER_RESELLER,
                    "client:other-" + UUID.randomUUID() + ";reseller",
                    Stranger.SUPPORT,
                    Given.SUPPORT,
                    Stranger.ADMIN,
                    Given.ADMIN,
                    Stranger.OWNER,
                    owner + ";customer",
                    Stranger.OWN_RESELLER,
                    reseller);
        }

        int call(Case row, Stranger stranger) {
            String caller = callers.get(stranger);
            RequestSpecification request = caller == null
                    ? io.restassured.RestAssured.given().contentType("application/json")
                    : Given.once(caller);
            if (row.kind() == Kind.ADMIN && row.path().endsWith("/images")) {
                return request.contentType("application/gzip")
                        .body(new byte[0])
                        .post(row.path())
                        .statusCode();
            }
            request.header("If-Match", "\"0\"");
            String path = filled(row.path());
            String[] parts = row.body().split("=>", 2);
            if (parts.length == 2) {
                path = filled(parts[0].trim());
            }
            String body = parts[parts.length - 1].trim();
            if (!body.isEmpty()) {
                request.body(filled(body));
            } else if (!row.method().equals("GET")) {
                request.body("{}");
            }
            return request.redirects().follow(false).request(row.method(), path).statusCode();
        }

        private String filled(String text) {
            String result = text;
            for (Map.Entry<String, String> name : names.entrySet()) {
                result = result.replace("<" + name.getKey() + ">", name.getValue());
            }
            return result;
        }
    }
}
