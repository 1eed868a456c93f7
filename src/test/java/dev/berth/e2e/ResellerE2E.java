package dev.berth.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reseller's machine sells to an end customer through the API alone. */
@SuppressWarnings("InlineFormatString") // the bodies read better apart from the calls
class ResellerE2E {
    private static final String NEW_ACCOUNT =
            "{\"name\":\"End customer\",\"email\":\"end@example.org\",\"externalId\":\"%s\"}";
    private static final String NEW_ORDER = "{\"accountId\":\"%s\",\"plan\":\"dinghy\",\"imageId\":\"%s\","
            + "\"hostname\":\"shop-1\",\"sshKeys\":[\"%s\"],\"paymentMethod\":\"INVOICE\"}";

    @TempDir
    private Path directory;

    @Test
    void sellsRunsAndDeletesForAnEndCustomer() throws IOException, InterruptedException {
        Ssh ssh = new Ssh(directory);
        String token = Stack.resellerToken();
        allowInvoice(token);
        JsonNode account = Stack.post(token, "/api/v1/accounts", NEW_ACCOUNT.formatted(UUID.randomUUID()));
        String image = Stack.get(token, "/api/v1/images").path(0).path("id").asText();

        JsonNode placed = Stack.post(
                token, "/api/v1/orders", NEW_ORDER.formatted(account.get("id").asText(), image, ssh.publicKey()));
        finished(token, placed.get("operation"));
        String vps = "/api/v1/vps/" + placed.get("vpsId").asText();
        String address = Stack.get(token, vps).path("addresses").path(0).asText();
        String pid1 = Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> ssh.run(address, "cat /proc/1/comm"), output -> !output.isEmpty());
        assertEquals("systemd", pid1);
        finished(token, Stack.post(token, vps + "/actions/restart", ""));
        assertTrue(Stack.get(token, vps + "/usage").has("net"));
        finished(token, Stack.post(token, vps + "/actions/delete", ""));
        assertEquals("GONE", Stack.get(token, vps).path("observedState").asText());
    }

    private static void finished(String token, JsonNode operation) throws IOException, InterruptedException {
        JsonNode ended =
                Stack.get(token, "/api/v1/operations/" + operation.get("id").asText() + "?wait=60");
        assertEquals("SUCCEEDED", ended.path("state").asText(), ended.toString());
    }

    /** Once, by staff and in the browser, because no reseller may do this for itself. */
    private static void allowInvoice(String token) throws IOException, InterruptedException {
        JsonNode accounts = Stack.get(token, "/api/v1/accounts");
        String own = accounts.path("items")
                .valueStream()
                .filter(a -> a.path("kind").asText().equals("RESELLER"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
        try (Browser browser = new Browser()) {
            Page staff = browser.window("UTC");
            staff.navigate("/login");
            staff.locator("#username").fill("ada");
            staff.locator("#password").fill("ada-demo-1");
            staff.locator("#kc-login").click();
            staff.navigate("/staff/accounts/" + own);
            if (staff.getByText("from credit only").count() > 0) {
                staff.locator("#terms-reason").fill("contract 1");
                staff.getByText("Allow paying by invoice").click();
                staff.getByText("may pay by invoice").waitFor();
            }
        }
    }
}
