package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Orders and changes VPS as a reseller's script does: by client credentials, through {@code /api/v1}. */
final class Shop {
    private static final String PLAN = "dinghy";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> ENDED = List.of("SUCCEEDED", "FAILED", "CANCELLED", "NEEDS_ATTENTION");

    private final PortalApi api;
    private final PortalApi operator;
    private final String sshKey;
    private final String account;

    Shop(Instance instance) throws IOException {
        api = new PortalApi(instance.settings, "berth-reseller-demo", instance.secrets.get("oidc-berth-reseller-demo"));
        sshKey = key(instance.settings.variable().resolve("secrets/bench-key"));
        operator = PortalApi.operator(instance.settings, instance.secrets);
        account = credit();
    }

    /** What an order gave. */
    record Placed(String vpsId, String operationId) {}

    private static String key(Path file) throws IOException {
        if (!Files.exists(file)) {
            Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", file.toString())
                    .must(Failure.START, "making an SSH key");
        }
        return Files.readString(file.resolveSibling(file.getFileName() + ".pub"))
                .strip();
    }

    /** The reseller's own account, made at its first call, may pay by invoice; its customers' accounts are not ordered for. */
    private String credit() throws IOException {
        String own = Json.list(api.get("/api/v1/accounts"), "items").stream()
                .filter(one -> Json.text(one, "kind").equals(Optional.of("RESELLER")))
                .flatMap(one -> Json.text(one, "id").stream())
                .findFirst()
                .orElseThrow(() -> new IOException("the reseller has no account"));
        operator.put(
                "/api/admin/v1/accounts/" + own + "/payment-terms",
                Map.of("mayPayByInvoice", true, "reason", "orders by script"));
        return own;
    }

    Placed order(String hostname, String idempotencyKey) throws IOException {
        return order(PLAN, Images.DEBIAN_12, hostname, idempotencyKey);
    }

    Placed order(String plan, String image, String hostname, String idempotencyKey) throws IOException {
        Map<String, Object> answer = api.post(
                "/api/v1/orders",
                Map.of(
                        "plan",
                        plan,
                        "imageId",
                        image,
                        "hostname",
                        hostname,
                        "sshKeys",
                        List.of(sshKey),
                        "paymentMethod",
                        "INVOICE"),
                idempotencyKey);
        return new Placed(need(answer, "vpsId"), need(answer.get("operation"), "id"));
    }

    /** Starts an action and returns its operation. */
    String act(String vpsId, String action, String idempotencyKey) throws IOException {
        Map<String, Object> answer = api.post("/api/v1/vps/" + vpsId + "/actions/" + action, Map.of(), idempotencyKey);
        return need(answer, "id");
    }

    /** Gives the account a little credit, as staff do, and returns the grant's id. */
    String grant(String idempotencyKey) throws IOException {
        Map<String, Object> answer = operator.post(
                "/api/admin/v1/accounts/" + account + "/credit-grants",
                Map.of("amount", "0.10", "reason", "goodwill"),
                idempotencyKey);
        return need(answer, "id");
    }

    String account() {
        return account;
    }

    /** How an operation stands. */
    record Progress(String state, String failure) {
        /** Whether nothing more will come of it; what waits for staff may still go on. */
        boolean ended() {
            return ENDED.contains(state) && !state.equals("NEEDS_ATTENTION");
        }
    }

    /** Waits a while for the operation's end. */
    Progress progress(String operationId) throws IOException {
        Map<String, Object> answer = api.get("/api/v1/operations/" + operationId + "?wait=30");
        return new Progress(need(answer, "state"), Json.text(answer, "failure").orElse(""));
    }

    /** What the node said of it last. */
    String observedState(String vpsId) throws IOException {
        return need(api.get("/api/v1/vps/" + vpsId), "observedState");
    }

    /** State in which the operation ended. */
    String await(String operationId) throws IOException {
        long endNanos = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < endNanos) {
            String state = need(api.get("/api/v1/operations/" + operationId + "?wait=30"), "state");
            if (ENDED.contains(state)) {
                return state;
            }
        }
        return "UNFINISHED";
    }

    /** The primary address, empty until there is one. */
    Optional<String> address(String vpsId) throws IOException {
        return Json.list(api.get("/api/v1/vps/" + vpsId), "addresses").stream()
                .findFirst()
                .map(Object::toString);
    }

    private static String need(Object object, String name) {
        return Json.text(object, name)
                .orElseThrow(() -> new IllegalStateException("the portal's answer has no " + name + ": " + object));
    }
}
