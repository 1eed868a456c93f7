package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.berth.e2e.Seen.amount;
import static dev.berth.e2e.Seen.button;
import static dev.berth.e2e.Seen.heading;
import static dev.berth.e2e.Seen.link;
import static dev.berth.e2e.Seen.operationSucceeds;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One story: Alice buys a VPS, works on it, reads her bill down to the readings, and Ada of the staff looks after her. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PortalE2E {
    private static final Duration PERIOD = Duration.ofSeconds(150);
    private static final double SLOW_MILLIS = 60_000;
    private static final String RUN = Long.toString(System.nanoTime() % 10_000_000, 36);
    private static final String HOSTNAME = "web-" + RUN;
    private static final String REASON = "acceptance " + RUN;

    private final Stack stack = Stack.running();
    private final Recorder recorder = new Recorder(stack);
    private final Browser browser = new Browser(stack, recorder);

    @TempDir
    private static Path directory;

    private Ssh ssh;
    private Page alice;
    private Page ada;
    private String staffHome = "";
    private String vpsPage = "";
    private String address = "";

    @BeforeAll
    void logIn() {
        ssh = new Ssh(directory);
        alice = browser.loggedIn("alice");
        ada = browser.loggedIn("ada");
        staffHome = ada.url();
    }

    @AfterEach
    void nothingWentWrongUnseen() {
        recorder.requireClean();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    /** By the bar at the top, as staff go. */
    private void staffGo(String room) {
        ada.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Main"))
                .getByRole(
                        AriaRole.LINK,
                        new Locator.GetByRoleOptions().setName(room).setExact(true))
                .click();
    }

    private void staffFind(String text) {
        ada.fill("#find", text);
        ada.press("#find", "Enter");
        assertThat(heading(ada, "Find")).isVisible();
    }

    @Test
    @Order(1)
    void aVisitorSeesPlansWithPrices() {
        Page page = browser.visitor();
        page.navigate("/");

        assertTrue(page.locator("article.plan").count() >= 4);
        for (String plan : page.locator("article.plan").allInnerTexts()) {
            assertTrue(amount(plan).signum() >= 0, plan);
        }
        assertThat(heading(page, "Stopwatch")).isVisible();
        browser.inspect(page, "plans");
        page.context().close();
    }

    @Test
    @Order(2)
    void aNewcomerSignsUp() {
        Page page = browser.visitor();
        page.navigate("/");
        link(page, "Sign up").click();
        page.fill("#username", "new-" + RUN);
        page.fill("#password", "new-demo-1");
        page.fill("#password-confirm", "new-demo-1");
        page.fill("#email", "new-" + RUN + "@example.org");
        page.fill("#firstName", "New");
        page.fill("#lastName", "Comer");
        page.click("input[type=submit], button[type=submit]");

        assertThat(heading(page, "No server yet")).isVisible();
        browser.inspect(page, "home-empty");
        page.navigate("/billing");
        browser.inspect(page, "billing-empty");
        page.navigate("/account");
        browser.inspect(page, "account");
        recorder.whileRefused(() -> refused(page));
        page.context().close();
    }

    /** Without credit nothing is sold, staff's rooms are shut, and every fault has a way back. */
    private void refused(Page page) {
        page.navigate("/order?plan=stopwatch");
        page.fill("#hostname", "unpaid");
        page.fill("#sshKey", ssh.publicKey());
        button(page, "See the summary").click();
        assertThat(page.locator("main")).containsText("This order cannot be taken yet");
        browser.inspect(page, "order-refused");
        assertEquals(404, page.navigate("/vps/" + UUID.randomUUID()).status());
        browser.inspect(page, "not-found");
        assertEquals(403, page.navigate(staffHome).status());
        link(page, "Go to my VPS").click();
        assertThat(heading(page, "No server yet")).isVisible();
        link(page, "Log out").click();
        assertThat(link(page, "Sign up")).isVisible();
    }

    @Test
    @Order(3)
    void staffGrantCreditAndAllowInvoices() {
        alice.navigate("/home");
        staffGo("Accounts");
        ada.fill("#q", "alice@example.org");
        ada.press("#q", "Enter");
        ada.waitForURL("**/accounts?**");
        ada.locator("main table a").first().click();
        BigDecimal before = amount(ada.locator("#credit").innerText());
        ada.fill("#amount", "25.00");
        ada.fill("#credit-reason", REASON);
        button(ada, "Grant credit").click();
        assertThat(ada.locator("main")).containsText(REASON);

        assertEquals(
                before.add(new BigDecimal("25.00")),
                amount(ada.locator("#credit").innerText()));
        if (button(ada, "Allow paying by invoice").count() > 0) {
            ada.fill("#terms-reason", REASON);
            button(ada, "Allow paying by invoice").click();
        }
        assertThat(ada.locator("main")).containsText("may pay by invoice");
        browser.inspect(ada, "staff-account");
    }

    @Test
    @Order(4)
    void aBadKeyIsNotTaken() {
        recorder.whileRefused(() -> {
            alice.navigate("/order?plan=stopwatch");
            alice.fill("#hostname", HOSTNAME);
            alice.fill("#sshKey", "ssh-ed25519 AAAAnot-a-key");
            button(alice, "See the summary").click();

            assertThat(alice.getByRole(AriaRole.ALERT).first()).isVisible();
            assertThat(alice.locator("#sshKey")).hasAttribute("aria-invalid", "true");
            browser.inspect(alice, "order-fault");
        });
    }

    @Test
    @Order(5)
    void aliceOrdersAndSeesEachStep() {
        alice.navigate("/order");
        alice.check("input[name=plan][value=stopwatch]");
        alice.check("input[name=image][value=debian-12]");
        alice.fill("#hostname", HOSTNAME);
        alice.fill("#sshKey", ssh.publicKey());
        alice.check("input[name=payment][value=INVOICE]");
        browser.inspect(alice, "order");
        button(alice, "See the summary").click();
        assertThat(alice.locator("main")).containsText("Due now");
        browser.inspect(alice, "order-summary");
        button(alice, "Order, and pay for what I use").click();

        operationSucceeds(alice);
        assertTrue(alice.locator("ol.steps li.done").count() >= 4, "steps are shown");
        assertThat(alice.locator("#ssh-command")).containsText("ssh root@");
        browser.inspect(alice, "operation");
        address = alice.locator("#ssh-command").innerText().strip().replace("ssh root@", "");
        link(alice, "Go to " + HOSTNAME).click();
        alice.waitForURL("**/vps/*");
        vpsPage = alice.url();
    }

    private void showsState(String state) {
        assertThat(alice.locator("#live .state").first())
                .containsText(state, new ContainsTextOptions().setTimeout(SLOW_MILLIS));
    }

    @Test
    @Order(6)
    void sheLogsInToAFullSystem() {
        String shown = await().atMost(Duration.ofSeconds(30))
                .pollInSameThread()
                .until(
                        () -> {
                            alice.navigate(vpsPage);
                            return alice.locator("main").innerText();
                        },
                        text -> text.contains("SHA256:"));
        ssh.trust(address, shown);
        ssh.awaitLogin(address);

        assertEquals("systemd", ssh.must(address, "cat /proc/1/comm"));
        assertEquals("running", ssh.must(address, "systemctl is-system-running --wait"));
        assertEquals(HOSTNAME, ssh.must(address, "hostname"));
        assertEquals("root", ssh.must(address, "id -un"));
        assertTrue(ssh.must(address, "ip -brief address").contains(address + "/32"));
        browser.inspect(alice, "vps");
    }

    @Test
    @Order(7)
    void itsLimitsHold() {
        // memory: what asks for more than the plan's 512 MiB is killed, the system lives
        assertNotEquals(
                0,
                ssh.run(address, "head -c 700000000 /dev/zero | tail -c 700000000 >/dev/null")
                        .code());
        // processes: 512, and the one too many does not start; they last longer than starting them takes a busy host
        Ssh.Result forks = ssh.run(
                address,
                "sh -c 'i=0; while [ $i -lt 600 ]; do sleep 15 >/dev/null 2>&1 & i=$((i+1)); done; echo started $i'");
        assertFalse(forks.output().contains("started 600"), forks.output());
        ssh.awaitLogin(address);
        // disk: 4 GiB, and the write that goes past it fails
        Ssh.Result write = ssh.run(
                address,
                "fallocate -l 3500M /a && sync; dd if=/dev/zero of=/b bs=1M count=700 conv=fsync; echo code $?");
        assertTrue(
                write.output().contains("Disk quota exceeded") || write.output().contains("No space left"),
                write.output());
        ssh.must(address, "rm -f /a /b && sync && echo fits > /c && cat /c");
        assertEquals(
                "running",
                await().atMost(Duration.ofSeconds(20))
                        .until(
                                () -> ssh.run(address, "systemctl is-system-running")
                                        .output()
                                        .strip(),
                                state -> state.equals("running") || state.equals("degraded")));
    }

    @Test
    @Order(8)
    void graphsShowTheLastHour() {
        alice.navigate(vpsPage);
        link(alice, "Graphs").click();

        assertThat(alice.locator("#charts canvas").first()).isVisible();
        assertTrue(alice.locator("#charts canvas").count() >= 4);
        String samples = alice.request().get(vpsPage + "/samples").text();
        assertTrue(samples.startsWith("[{"), samples);
        browser.inspect(alice, "graphs");
    }

    @Test
    @Order(9)
    void useAndItsPriceGrow() {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .pollInSameThread()
                .until(
                        () -> {
                            alice.navigate(vpsPage + "/usage");
                            return amount(alice.locator("p.big").first().innerText());
                        },
                        price -> price.signum() > 0);

        assertThat(alice.locator("main")).containsText("Newest reading of the node");
        browser.inspect(alice, "usage");
    }

    @Test
    @Order(10)
    void sheStopsStartsAndRestartsIt() {
        String boot = ssh.must(address, "stat -c %y /run/systemd/system");
        press("Stop");
        showsState("stopped");
        assertNotEquals(0, ssh.run(address, "true").code());

        press("Start");
        showsState("running");
        ssh.awaitLogin(address);
        String second = ssh.must(address, "stat -c %y /run/systemd/system");
        assertNotEquals(boot, second);

        press("Restart");
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> ssh.run(address, "stat -c %y /run/systemd/system"),
                        result -> result.code() == 0 && !result.output().strip().equals(second));
        alice.navigate(vpsPage);
        showsState("running");
        assertEquals("fits", ssh.must(address, "cat /c"));
    }

    private void press(String action) {
        alice.navigate(vpsPage);
        alice.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(action).setExact(true))
                .click();
        alice.waitForURL(url -> !url.endsWith(action.toLowerCase(Locale.ROOT)));
        if (alice.url().contains("/operations/")) {
            operationSucceeds(alice);
        }
        alice.navigate(vpsPage);
    }

    @Test
    @Order(11)
    void aSnapshotBringsBackWhatWasThere() {
        new ConsoleStory(alice, browser).run(vpsPage, HOSTNAME);
        new SnapshotStory(alice, browser, ssh, address).run(vpsPage, HOSTNAME);

        assertEquals("kept", ssh.must(address, "cat /kept"));
        assertEquals("fits", ssh.must(address, "cat /c"));
    }

    @Test
    @Order(12)
    void theDraftBecomesAnInvoice() throws IOException {
        alice.navigate("/billing");
        link(alice, "Open the draft").click();
        assertThat(heading(alice, "Draft invoice")).isVisible();
        assertThat(alice.locator("main")).containsText("Running time");
        browser.inspect(alice, "draft");

        Locator invoices = alice.locator("section[aria-labelledby=invoices-title] tbody a");
        await().atMost(PERIOD)
                .pollInterval(Duration.ofSeconds(1))
                .pollInSameThread()
                .until(() -> {
                    alice.navigate("/billing");
                    return invoices.count() > 0;
                });
        browser.inspect(alice, "billing");
        String number = invoices.first().innerText().strip();
        invoices.first().click();
        assertThat(heading(alice, "Invoice " + number)).isVisible();
        String total = alice.locator("#total").innerText();
        assertTrue(amount(total).signum() > 0);
        browser.inspect(alice, "invoice");

        byte[] pdf = alice.request()
                .get(stack.portal() + link(alice, "PDF").getAttribute("href"))
                .body();
        assertEquals("%PDF", new String(pdf, 0, 4, StandardCharsets.ISO_8859_1));
        try (PDDocument document = Loader.loadPDF(pdf)) {
            String text = new PDFTextStripper().getText(document);
            assertTrue(text.contains(number), text);
            assertTrue(text.contains(amount(total).toPlainString()), text);
        }
    }

    @Test
    @Order(13)
    void eachLineOpensDownToTheReadings() {
        String invoice = alice.url();
        button(alice, "Compute it again").click();
        assertThat(alice.locator("main")).containsText("The same to the last digit");

        alice.navigate(invoice);
        alice.locator("tbody tr", new Page.LocatorOptions().setHasText("Running time"))
                .getByRole(AriaRole.LINK)
                .first()
                .click();
        assertThat(heading(alice, "Running time")).isVisible();
        assertTrue(alice.locator("tbody tr .hash").count() >= 2);
        assertEquals(
                alice.locator("tbody tr").count(),
                alice.locator("tbody tr", new Page.LocatorOptions().setHasText("intact"))
                        .count());
        browser.inspect(alice, "measurements");
    }

    @Test
    @Order(14)
    void everyInvoiceIsWhatTheReadingsSay() throws Exception {
        BillOracle.Verdict verdict = BillOracle.check(stack);

        assertEquals(List.of(), verdict.faults());
        assertTrue(verdict.invoices() > 0);
    }

    @Test
    @Order(15)
    void staffSeeNodesAndFindThings() {
        staffGo("Nodes");
        assertThat(ada.locator("main")).containsText("Heartbeat");
        browser.inspect(ada, "staff-nodes");
        staffGo("VPS");
        assertThat(link(ada, HOSTNAME)).isVisible();
        staffGo("Bills");
        assertThat(ada.locator("main")).containsText("balanced");
        assertThat(ada.locator("main")).not().containsText("not balanced");

        staffFind("alice@example.org");
        assertThat(ada.locator("main table")).containsText("alice@example.org");
        staffFind(address);
        assertThat(link(ada, HOSTNAME)).isVisible();
        staffFind(HOSTNAME);
        link(ada, HOSTNAME).click();
        assertThat(ada.locator("main")).containsText(address);
    }

    @Test
    @Order(16)
    void staffSuspendAndResumeWithAReason() {
        ada.fill("#reason", REASON);
        button(ada, "Suspend").click();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ssh.run(address, "true").code() != 0);
        alice.navigate(vpsPage);
        assertThat(alice.locator("#live")).containsText(REASON);
        browser.inspect(alice, "suspended");

        staffFind(HOSTNAME);
        link(ada, HOSTNAME).click();
        browser.inspect(ada, "staff-vps");
        ada.fill("#reason", REASON + " settled");
        button(ada, "Resume").click();
        ssh.awaitLogin(address);
        alice.navigate(vpsPage);
        showsState("running");
        assertThat(alice.locator("#live")).not().containsText(REASON);
    }

    @Test
    @Order(17)
    void theTrailSaysWhoDidWhat() {
        staffGo("Audit");

        assertThat(ada.locator("main")).containsText("verified");
        assertThat(ada.locator("main")).containsText(REASON + " settled");
        assertThat(ada.locator("main")).containsText("Alice Demo");
        alice.navigate(vpsPage);
        link(alice, "Activity").click();
        assertThat(alice.locator("main")).containsText(REASON);
        browser.inspect(ada, "audit");
        browser.inspect(alice, "activity");
    }

    @Test
    @Order(18)
    void sheDeletesItByTypingItsName() {
        alice.navigate(vpsPage);
        link(alice, "Delete …").click();
        assertThat(button(alice, "Delete " + HOSTNAME)).isDisabled();
        alice.fill("#name", HOSTNAME);
        browser.inspect(alice, "delete");
        button(alice, "Delete " + HOSTNAME).click();
        alice.waitForURL(url -> !url.endsWith("/delete"));
        if (alice.url().contains("/operations/")) {
            operationSucceeds(alice);
        }

        assertNotEquals(0, ssh.run(address, "true").code());
        alice.navigate("/home");
        assertThat(alice.locator("main")).not().containsText(HOSTNAME);
        browser.inspect(alice, "home");
    }
}
