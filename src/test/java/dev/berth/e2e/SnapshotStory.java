package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.berth.e2e.Seen.button;
import static dev.berth.e2e.Seen.link;
import static dev.berth.e2e.Seen.operationSucceeds;

import com.microsoft.playwright.Page;

/** A part of the story: a snapshot is taken, files are spoilt, and the snapshot is restored. */
record SnapshotStory(Page page, Browser browser, Ssh ssh, String address) {
    void run(String vpsPage, String hostname) {
        ssh.must(address, "echo kept > /kept && sync");
        page.navigate(vpsPage + "/snapshots");
        assertThat(page.locator("main")).containsText("No snapshot yet");
        page.fill("#name", "before the change");
        button(page, "Stop it and take a snapshot").click();
        operationSucceeds(page);
        ssh.awaitLogin(address);
        ssh.must(address, "echo spoilt > /kept && rm /c && sync");

        page.navigate(vpsPage + "/snapshots");
        assertThat(page.locator("tbody .state")).hasText("ready");
        browser.inspect(page, "snapshots");
        link(page, "Restore before the change").click();
        assertThat(page.locator("#before")).isChecked();
        browser.inspect(page, "restore");
        page.uncheck("#before");
        page.fill("#name", hostname);
        button(page, "Restore " + hostname).click();
        operationSucceeds(page);
        ssh.awaitLogin(address);
    }
}
