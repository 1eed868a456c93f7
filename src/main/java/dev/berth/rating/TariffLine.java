package dev.berth.rating;

/**
 * One line of a tariff.
 *
 * @param position its place, unique within the tariff
 * @param unitLabel what the price is for, {@code GiB} or {@code month}
 */
public record TariffLine(int position, String label, String unitLabel, Price price) {}
