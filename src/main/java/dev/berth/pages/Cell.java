package dev.berth.pages;

/**
 * One of many fields alike.
 *
 * @param name in the form, and on the page
 * @param fault empty for nothing
 */
public record Cell(String name, String value, String fault) {
    public boolean wrong() {
        return !fault.isEmpty();
    }
}
