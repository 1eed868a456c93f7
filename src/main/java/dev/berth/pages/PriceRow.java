package dev.berth.pages;

/**
 * A price of a plan as a form has it.
 *
 * @param n 1, 2, 3 …
 * @param tiers such as {@code 1000:0.05, :0.04}: up to so much at this price, and the rest
 */
public record PriceRow(
        int n,
        Cell model,
        Cell meter,
        Cell label,
        Cell includedQuantity,
        Cell unitQuantity,
        Cell unitLabel,
        Cell unitPrice,
        Cell capPrice,
        Cell tiers) {}
