package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import com.microsoft.playwright.options.AriaRole;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parts of a page by what a person, or a screen reader, calls them. */
final class Seen {
    private static final Pattern AMOUNT = Pattern.compile("€([0-9]+\\.[0-9]{2})");

    private Seen() {}

    /** The page's own script, not the test, brings the news. */
    static void operationSucceeds(Page page) {
        assertThat(page.locator("#operation"))
                .hasAttribute("data-state", "SUCCEEDED", new HasAttributeOptions().setTimeout(60_000));
    }

    static Locator link(Page page, String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
    }

    static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    static Locator heading(Page page, String name) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name));
    }

    static BigDecimal amount(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no amount in: " + text);
        }
        return new BigDecimal(matcher.group(1));
    }
}
