package dev.berth.invoice;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.stream.Collectors;

/** A line's numbers for people, in the units that its price is for. */
public final class LineText {
    private static final int DECIMALS = 3;

    private LineText() {}

    /** What is charged for; of a correction what it corrects, too. */
    public static String label(InvoiceLine line) {
        return line.what()
                .corrects()
                .map(earlier -> earlier.number()
                        .map(number -> "Correction of invoice %s (readings came late): %s"
                                .formatted(number, line.what().label()))
                        .orElse("Correction (readings came late): "
                                + line.what().label()))
                .orElse(line.what().label());
    }

    /** {@code 12.5 GiB hour}, {@code 3 d 4 h}, {@code 27 d 0 h, suspended 3 d 0 h} or {@code 1}. */
    public static String quantity(InvoiceLine line) {
        return switch (line.what().model()) {
            case "RECURRING", "HOURLY" -> charged(line);
            case "ADD_ON" -> unitTimes(line);
            case "DISCOUNT" -> "";
            case "CORRECTION" -> line.what().meter().isPresent() ? inUnits(line, line.quantity()) : "";
            case "ONE_OFF" -> line.quantity().toString();
            default -> inUnits(line, line.quantity());
        };
    }

    /** What the fee covers of it; empty where nothing is covered. */
    public static String included(InvoiceLine line) {
        return line.included().signum() == 0 ? "" : inUnits(line, line.included());
    }

    /** {@code 0.02 per vCPU hour}. */
    public static String price(InvoiceLine line) {
        if (line.what().off().isPresent()) {
            return "off line " + line.what().off().get().line();
        }
        String amount = line.what().unitPrice().stripTrailingZeros().toPlainString();
        String per = amount + " per " + line.what().unitLabel();
        return switch (line.what().model()) {
            case "TIERED" -> per + " in the first tier";
            case "VOLUME" -> per + " in the first tier, by volume";
            case "PACKAGE" -> per + " begun";
            default -> per;
        };
    }

    /** {@code 27 d 0 h, suspended 3 d 0 h}. */
    private static String charged(InvoiceLine line) {
        String charged = duration(line.quantity());
        return line.pausedSeconds().signum() == 0
                ? charged
                : "%s, suspended %s".formatted(charged, duration(line.pausedSeconds()));
    }

    /** {@code 3 × 12 d 0 h} for each stretch with another number of units. */
    private static String unitTimes(InvoiceLine line) {
        return line.intervals().isEmpty()
                ? duration(line.quantity())
                : line.intervals().stream().map(LineText::unitTime).collect(Collectors.joining(", "));
    }

    private static String unitTime(RatedInterval interval) {
        BigInteger seconds = BigInteger.valueOf(interval.period().seconds());
        BigInteger units =
                seconds.signum() == 0 ? BigInteger.ZERO : interval.quantity().divide(seconds);
        return units + " × " + duration(seconds);
    }

    private static String inUnits(InvoiceLine line, BigInteger quantity) {
        BigDecimal units = new BigDecimal(quantity)
                .divide(new BigDecimal(line.what().unitQuantity()), DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return units.toPlainString() + " " + line.what().unitLabel();
    }

    private static String duration(BigInteger seconds) {
        Duration duration = Duration.ofSeconds(seconds.longValueExact());
        if (duration.toDays() > 0) {
            return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
        }
        return duration.toHours() > 0
                ? "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart())
                : "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
}
