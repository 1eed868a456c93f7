package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.berth.e2e.Seen.button;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.regex.Pattern;

/** A part of the story: a shell in the browser, in a window that changes its size; the trail says that it was open. */
record ConsoleStory(Page page, Browser browser) {
    void run(String vpsPage, String hostname) {
        page.navigate(vpsPage + "/console");
        browser.inspect(page, "console");
        button(page, "Connect").click();
        assertThat(page.getByTestId("console-state")).hasText("connected");
        Locator terminal = page.getByTestId("terminal");
        assertThat(terminal).containsText("root@" + hostname);

        page.keyboard().type("echo $((6*7))-$(hostname)\n");
        assertThat(terminal).containsText("42-" + hostname);
        Browser.shoot(page, "console-open");
        page.setViewportSize(600, 800);
        page.keyboard().type("stty size | tr ' ' x\n");
        assertThat(terminal).containsText(Pattern.compile("[0-9]+x[1-6][0-9]\\b"));
        page.keyboard().type("exit\n");
        assertThat(page.getByTestId("console-state")).hasText("not connected");
        assertThat(button(page, "Connect again")).isEnabled();
        page.setViewportSize(1280, 900);

        page.navigate(vpsPage + "/activity");
        assertThat(page.locator("main")).containsText("Console opened");
    }
}
