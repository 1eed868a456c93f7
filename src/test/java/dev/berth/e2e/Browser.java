package dev.berth.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Chromium with a log of everything it complains about, and a check of what every page must have. */
final class Browser implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run");
    private static final String AXE_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}";

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final List<String> complaints = new ArrayList<>();
    private final String axe;

    Browser() throws IOException {
        axe = text("/vendor/axe/axe.min.js");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(Stack.chromium()))
                        .setArgs(ARGUMENTS));
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A window of its own session. The checks run beside the page's policy, which would not let them in. */
    Page window(String zone) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(1366, 768)
                .setTimezoneId(zone)
                .setPermissions(List.of("clipboard-write", "clipboard-read"))
                .setBaseURL(Stack.portal()));
        context.setDefaultTimeout(30_000);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && message.location().startsWith(Stack.portal())) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
        page.onRequest(request -> thirdParty(request.url()));
        return page;
    }

    private void thirdParty(String url) {
        if (!url.startsWith("http://127.0.0.1:") && !url.startsWith("data:") && !url.startsWith("blob:")) {
            complaints.add("request to a third party: " + url);
        }
    }

    /** Reads the page as a person, a screen reader and a phone would, and keeps pictures of it. */
    void inspect(Page page, String name) {
        page.waitForLoadState(LoadState.NETWORKIDLE);
        assertEquals("en", page.locator("html").getAttribute("lang"), name);
        assertEquals(1, page.locator("h1").count(), name + ": one h1");
        assertEquals(1, page.locator("main").count(), name + ": one main");
        assertTrue(page.title().endsWith("· Berth") && page.title().length() > 9, name + ": " + page.title());
        assertEquals(List.of(), violations(page), name);
        shoot(page, name, 1366, 768);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertEquals(List.of(), violations(page), name + " in the dark");
        shoot(page, name + "-dark", 1366, 768);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        shoot(page, name + "-phone", 390, 844);
        Object wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertEquals(0, ((Number) wider).intValue(), name + " scrolls sideways on a phone");
        page.setViewportSize(1366, 768);
        nothingToComplain();
    }

    private static void shoot(Page page, String name, int width, int height) {
        page.setViewportSize(width, height);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    /** Faults that axe finds: rule and the elements it found them on. */
    private List<String> violations(Page page) {
        page.evaluate(axe);
        Object found = page.evaluate("axe.run(document, " + AXE_RULES + ").then(r => r.violations.map("
                + "v => v.id + ' ' + v.nodes.map(n => n.html).join(' | ')))");
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    void nothingToComplain() {
        assertEquals(List.of(), complaints);
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
