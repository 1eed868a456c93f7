package dev.berth.pages;

/**
 * What stands around a page's own content.
 *
 * @param userName empty for a visitor
 * @param simulated whether any node invents its contexts
 * @param area which part of the navigation is the current one
 */
public record Shell(String userName, boolean customer, boolean staff, boolean simulated, String area) {
    public boolean known() {
        return !userName.isEmpty();
    }

    /** For {@code aria-current}. */
    public String current(String name) {
        return area.equals(name) ? "page" : "false";
    }
}
