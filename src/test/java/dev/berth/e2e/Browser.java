package dev.berth.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Chromium, and one separate session for each person. */
final class Browser implements AutoCloseable {
    private static final double TIMEOUT_MILLIS = 20_000;
    private static final int WIDTH = 1366;
    private static final int HEIGHT = 768;
    private static final int PHONE_WIDTH = 375;
    private static final int PHONE_HEIGHT = 812;
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private static final String AXE_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}";

    private static final String SCROLLED = "[...document.querySelectorAll('.wide, .card')]"
            + ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 200))";

    private final String axe = text("/vendor/axe/axe.min.js");
    private final Stack stack;
    private final Recorder recorder;
    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    Browser(Stack stack, Recorder recorder) {
        this.stack = stack;
        this.recorder = recorder;
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(stack.chromium())
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--no-first-run")));
    }

    /** A fresh session of somebody not logged in. */
    Page visitor() {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(stack.portal())
                // colours are judged as they stay, not on their way
                .setReducedMotion(ReducedMotion.REDUCE)
                .setViewportSize(WIDTH, HEIGHT));
        context.setDefaultTimeout(TIMEOUT_MILLIS);
        recorder.watch(context);
        return context.newPage();
    }

    /** A session of a demo user, logged in through the identity server's own page. */
    Page loggedIn(String user) {
        Page page = visitor();
        page.navigate("/login");
        page.fill("#username", user);
        page.fill("#password", user + "-demo-1");
        page.click("#kc-login");
        page.waitForURL(url -> url.startsWith(stack.portal() + "/"));
        return page;
    }

    /** Reads the page as a person, a screen reader and a phone would, and keeps pictures of it. */
    void inspect(Page page, String name) {
        page.waitForLoadState();
        assertEquals("en", page.locator("html").getAttribute("lang"), name);
        assertEquals(1, page.locator("h1").count(), name + ": one h1");
        assertEquals(1, page.locator("main").count(), name + ": one main");
        assertTrue(page.title().endsWith("· Berth") && page.title().length() > 9, name + ": " + page.title());
        assertEquals(List.of(), violations(page), name);
        shoot(page, name);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertEquals(List.of(), violations(page), name + " in the dark");
        shoot(page, name + "-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(PHONE_WIDTH, PHONE_HEIGHT);
        shoot(page, name + "-phone");
        Object wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertEquals(0, ((Number) wider).intValue(), name + " scrolls sideways on a phone");
        assertEquals(List.of(), page.evaluate(SCROLLED), name + " has parts that scroll sideways on a phone");
        assertEquals(List.of(), violations(page), name + " on a phone");
        page.setViewportSize(WIDTH, HEIGHT);
    }

    /** A picture for people to look at. */
    static void shoot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    /** Faults that axe finds: rule and the elements it found them on. It runs beside the page's policy, which would not let it in. */
    private List<String> violations(Page page) {
        page.evaluate(axe);
        Object found = page.evaluate("axe.run(document, " + AXE_RULES + ").then(r => r.violations.map("
                + "v => v.id + ' ' + v.nodes.map(n => n.html).join(' | ')))");
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    private static String text(String resource) {
        try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
