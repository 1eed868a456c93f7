package dev.berth.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down what a person does not see: errors in the console (a violated Content-Security-Policy is one), exceptions of scripts,
 * and requests to anybody but the portal and the identity server.
 */
final class Recorder {
    private final Stack stack;
    private final List<String> faults = new ArrayList<>();
    private boolean refusalsExpected;

    Recorder(Stack stack) {
        this.stack = stack;
    }

    void watch(BrowserContext context) {
        context.onConsoleMessage(this::console);
        context.onWebError(error -> faults.add(error.page().url() + ": " + error.error()));
        context.onRequest(this::request);
    }

    private void console(ConsoleMessage message) {
        boolean own =
                message.location().startsWith(stack.portal()) || message.text().contains("Content Security");
        boolean refusal = refusalsExpected && message.text().contains("status of 4");
        if (own && message.type().equals("error") && !refusal) {
            faults.add(message.location() + ": " + message.text());
        }
    }

    private void request(Request request) {
        String url = request.url();
        String keycloak = stack.realm().substring(0, stack.realm().indexOf("/realms/") + 1);
        if (!url.startsWith(stack.portal() + "/")
                && !url.startsWith(keycloak)
                && !url.startsWith("data:")
                && !url.startsWith("blob:")) {
            faults.add("request to " + url);
        }
    }

    /** Runs something that the portal is to refuse with a status of 4xx, which the console shows as an error. */
    void whileRefused(Runnable step) {
        refusalsExpected = true;
        try {
            step.run();
        } finally {
            refusalsExpected = false;
        }
    }

    void requireClean() {
        List<String> found = List.copyOf(faults);
        faults.clear();
        assertEquals(List.of(), found);
    }
}
