package dev.berth.rating;

import dev.berth.units.Ratio;
import java.math.BigInteger;

/**
 * What a price model says about a slice.
 *
 * @param quantity in base units: of the meter, seconds for a fee, 1 for a one-off
 * @param included how much of it the fee covers, rounded down for showing; computed with exactly
 * @param exact in major units of the tariff's currency
 */
public record Charge(BigInteger quantity, BigInteger included, Ratio exact) {}
