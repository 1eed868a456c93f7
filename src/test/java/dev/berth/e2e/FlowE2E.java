package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One customer's and one administrator's day, in order: each step stands on the one before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FlowE2E {
    private static final int BUILD_MILLIS = 60_000;
    private static final long DINGHY_MEMORY_KIB = 256 * 1024;

    private final String user = "e2e-" + UUID.randomUUID().toString().substring(0, 8);
    private final Browser browser;
    private final Page customer;
    private final Page staff;
    private final Ssh ssh;
    private String vpsPath = "";
    private String address = "";

    FlowE2E(@TempDir Path directory) throws IOException, InterruptedException {
        browser = new Browser();
        customer = browser.window("Europe/Berlin");
        staff = browser.window("UTC");
        ssh = new Ssh(directory);
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    @Order(1)
    void aVisitorSeesPlansWithPrices() {
        customer.navigate("/");

        assertThat(heading(customer, "Dinghy")).isVisible();
        assertThat(customer.getByText("€3.00").first()).isVisible();
        browser.inspect(customer, "plans");
    }

    @Test
    @Order(2)
    void signsUpAndHasAnEmptyHome() {
        customer.navigate("/");
        link(customer, "Sign up").click();
        customer.locator("#username").fill(user);
        customer.locator("#password").fill("correct-horse-9");
        customer.locator("#password-confirm").fill("correct-horse-9");
        customer.locator("#email").fill(user + "@example.org");
        customer.locator("#firstName").fill("Erin");
        customer.locator("#lastName").fill(user);
        customer.locator("#kc-register-form [type=submit]").click();

        assertThat(heading(customer, "My VPS")).isVisible();
        assertThat(heading(customer, "No server yet")).isVisible();
        browser.inspect(customer, "home-empty");
        customer.navigate("/billing");
        browser.inspect(customer, "billing-empty");
        customer.navigate("/account");
        browser.inspect(customer, "account");
    }

    @Test
    @Order(3)
    void withoutCreditNothingIsSold() throws IOException {
        fillOrder("web-1", "ssh-ed25519 AAAA");
        assertThat(customer.getByText("Please look at one field again.")).isVisible();
        browser.inspect(customer, "order-fault");

        customer.getByLabel("Public SSH key").fill(ssh.publicKey());
        button(customer, "See the summary").click();

        assertThat(customer.getByText("This order cannot be taken yet.")).isVisible();
        browser.inspect(customer, "order-refused");
    }

    @Test
    @Order(4)
    void staffGrantCredit() {
        logIn(staff, "ada");
        assertThat(heading(staff, "Now")).isVisible();
        browser.inspect(staff, "staff-now");
        staff.getByRole(AriaRole.SEARCHBOX).fill(user);
        staff.getByRole(AriaRole.SEARCHBOX).press("Enter");
        browser.inspect(staff, "staff-find");
        link(staff, "Erin " + user).click();
        staff.getByLabel("Amount in EUR").fill("25.00");
        staff.locator("#credit-reason").fill("welcome");
        button(staff, "Grant credit").click();

        assertThat(staff.locator("#credit")).hasText("€25.00");
        browser.inspect(staff, "staff-account");
    }

    @Test
    @Order(5)
    void ordersAndSeesTheStepsUntilItRuns() throws IOException {
        fillOrder("web-1", ssh.publicKey());
        assertThat(heading(customer, "Check your order")).isVisible();
        browser.inspect(customer, "order-summary");
        button(customer, "Order for €3.00 a month").click();

        assertThat(heading(customer, "Here is how you log in")).isVisible(within(BUILD_MILLIS));
        browser.inspect(customer, "operation-done");
        address = customer.locator("#ssh-command").textContent().strip().replace("ssh root@", "");
        button(customer, "Copy").click();
        assertEquals("ssh root@" + address, customer.evaluate("navigator.clipboard.readText()"));
        link(customer, "Go to web-1").click();
        assertThat(customer.locator(".state.ok")).hasText("running");
        vpsPath = customer.url().substring(Stack.portal().length());
        browser.inspect(customer, "vps");
    }

    @Test
    @Order(6)
    void logsInOverSshAndIsInAWholeDebian() {
        assertEquals("systemd", onServer("cat /proc/1/comm"));
        assertEquals("web-1", onServer("hostname"));
        assertTrue(onServer("cat /etc/os-release").contains("Debian"));
        long memory = Long.parseLong(onServer("awk '/MemTotal/ {print $2}' /proc/meminfo"));
        assertTrue(memory <= DINGHY_MEMORY_KIB, "MemTotal is " + memory + " KiB");
    }

    /** The SSH server answers a moment after the context runs. */
    private String onServer(String command) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> ssh.run(address, command), output -> !output.isEmpty());
    }

    @Test
    @Order(7)
    void stopsStartsAndRestarts() {
        act("Stop");
        customer.navigate(vpsPath);
        assertThat(customer.locator(".state.off")).hasText("stopped");
        act("Start");
        String booted = onServer("cat /proc/sys/kernel/random/boot_id; stat -c %Z /proc/1");
        act("Restart");

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !onServer("cat /proc/sys/kernel/random/boot_id; stat -c %Z /proc/1")
                        .equals(booted));
    }

    private void act(String action) {
        customer.navigate(vpsPath);
        button(customer, action).click();
        assertThat(customer.locator("#operation[data-state=SUCCEEDED]")).isVisible(within(BUILD_MILLIS));
    }

    @Test
    @Order(8)
    void seesGraphsUsageAndActivity() {
        customer.navigate(vpsPath + "/graphs");
        assertThat(customer.locator("#charts canvas"))
                .hasCount(6, new LocatorAssertions.HasCountOptions().setTimeout(60_000));
        browser.inspect(customer, "graphs");
        customer.navigate(vpsPath + "/usage");
        assertThat(customer.getByText("Base fee").first()).isVisible();
        browser.inspect(customer, "usage");
        customer.navigate(vpsPath + "/activity");
        assertThat(customer.getByText("Restart").first()).isVisible();
        browser.inspect(customer, "activity");
        customer.navigate("/home");
        browser.inspect(customer, "home");
    }

    @Test
    @Order(9)
    void aPeriodBecomesAnInvoiceThatCanBeOpenedDownToReadings() {
        customer.navigate("/billing");
        link(customer, "Open the draft").click();
        assertThat(heading(customer, "Draft invoice")).isVisible();
        browser.inspect(customer, "draft");
        Locator number = customer.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Invoices"))
                .getByRole(AriaRole.LINK)
                .first();
        Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> {
                    customer.navigate("/billing");
                    return number.count() > 0;
                });
        browser.inspect(customer, "billing");
        number.click();
        browser.inspect(customer, "invoice");
        String invoicePath = customer.url().substring(Stack.portal().length());
        button(customer, "Compute it again").click();
        assertThat(customer.getByText("The same to the last digit.")).isVisible();
        APIResponse pdf = customer.request().get(invoicePath + "/pdf");
        assertTrue(new String(pdf.body(), StandardCharsets.ISO_8859_1).startsWith("%PDF-"));
        customer.getByText("CPU time beyond the allowance")
                .locator("xpath=ancestor::tr")
                .getByRole(AriaRole.LINK)
                .click();
        assertThat(customer.locator(".state.ok").first()).hasText("intact");
        browser.inspect(customer, "evidence");
    }

    @Test
    @Order(10)
    void staffSeeEverythingAndTheTrailIsWhole() {
        page("/staff/vps", "web-1", "staff-vps-list");
        page("/staff" + vpsPath, "web-1", "staff-vps");
        page("/staff/accounts", user, "staff-accounts");
        page("/staff/nodes", "Heartbeat", "staff-nodes");
        page("/staff/bills", "balanced", "staff-bills");
        page("/staff/audit", "verified", "staff-audit");
        staff.navigate("/staff/find?q=" + address);
        link(staff, "web-1").click();
        assertThat(heading(staff, "web-1")).isVisible();
    }

    private void page(String path, String text, String name) {
        staff.navigate(path);
        assertThat(staff.locator("main").getByText(text).first()).isVisible();
        browser.inspect(staff, name);
    }

    @Test
    @Order(11)
    void staffSuspendWithAReasonThatTheOwnerReads() {
        staff.navigate("/staff" + vpsPath);
        button(staff, "Suspend").click();
        assertThat(staff.getByText("A reason is needed")).isVisible();
        staff.getByLabel("Reason").fill("abuse report 7");
        button(staff, "Suspend").click();
        assertThat(staff.locator("#operation[data-state=SUCCEEDED]")).isVisible(within(BUILD_MILLIS));
        customer.navigate(vpsPath);
        assertThat(customer.getByText("abuse report 7")).isVisible();
        browser.inspect(customer, "vps-suspended");

        staff.navigate("/staff" + vpsPath);
        staff.getByLabel("Reason").fill("settled");
        button(staff, "Resume").click();
        assertThat(staff.locator("#operation[data-state=SUCCEEDED]")).isVisible(within(BUILD_MILLIS));
        assertEquals("web-1", onServer("hostname"));
    }

    @Test
    @Order(12)
    void deletesItByTypingItsName() {
        customer.navigate(vpsPath);
        link(customer, "Delete …").click();
        browser.inspect(customer, "delete");
        Locator confirm = button(customer, "Delete web-1");
        assertThat(confirm).isDisabled();
        customer.getByLabel("Type its name").fill("web-1");
        confirm.click();

        assertThat(customer.locator("#operation[data-state=SUCCEEDED]")).isVisible(within(BUILD_MILLIS));
        customer.navigate("/home");
        assertThat(heading(customer, "No server yet")).isVisible();
    }

    @Test
    @Order(13)
    void faultsHaveAWayBackAndRolesHold() {
        assertEquals(404, customer.navigate("/vps/" + UUID.randomUUID()).status());
        assertThat(customer.getByText("trace id")).isVisible();
        assertEquals(404, customer.navigate("/no-such-page").status());
        assertThat(heading(customer, "Nothing here")).isVisible();
        assertEquals(403, customer.navigate("/staff").status());
        assertThat(heading(customer, "Not allowed")).isVisible();
        link(customer, "Go to my VPS").click();
        assertThat(heading(customer, "My VPS")).isVisible();
        link(customer, "Log out").click();
        assertThat(link(customer, "Sign up")).isVisible();
    }

    private void fillOrder(String hostname, String key) {
        customer.navigate("/order?plan=dinghy");
        browser.inspect(customer, "order");
        customer.getByLabel("Host name").fill(hostname);
        customer.getByLabel("Public SSH key").fill(key);
        button(customer, "See the summary").click();
    }

    private static void logIn(Page page, String name) {
        page.navigate("/login");
        page.locator("#username").fill(name);
        page.locator("#password").fill(name + "-demo-1");
        page.locator("#kc-login").click();
    }

    private static LocatorAssertions.IsVisibleOptions within(int millis) {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(millis);
    }

    private static Locator heading(Page page, String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator link(Page page, String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
