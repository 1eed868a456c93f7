package dev.berth.document.web;

import dev.berth.document.Language;
import dev.berth.document.Texts;
import dev.berth.invoice.InvoiceLine;
import dev.berth.invoice.LineText;
import dev.berth.invoice.RatedInterval;
import dev.berth.units.Period;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;

/** What a line measured and costs, in a language. Names and units are as they were sold: the seller's own words. */
record LineWords(Language language, ZoneId zone) {
    private static final int DECIMALS = 3;
    private static final int PRICE_DECIMALS = 12;

    String quantity(InvoiceLine line) {
        Texts texts = Texts.of(language);
        String quantity = switch (line.what().model()) {
            case "RECURRING", "HOURLY" -> charged(line);
            case "ADD_ON" -> unitTimes(line);
            case "ONE_OFF" -> line.quantity().toString();
            case "USAGE", "PACKAGE", "TIERED", "VOLUME" -> inUnits(line, line.quantity());
            case "CORRECTION" -> line.what().meter().isPresent() ? inUnits(line, line.quantity()) : "";
            default -> LineText.quantity(line);
        };
        return line.included().signum() == 0
                ? quantity
                : texts.get("line.included", quantity, inUnits(line, line.included()));
    }

    /** Without the time in which the VPS was suspended, which is named beside it. */
    private String charged(InvoiceLine line) {
        String charged = duration(line.quantity());
        return line.pausedSeconds().signum() == 0
                ? charged
                : Texts.of(language).get("line.suspended", charged, duration(line.pausedSeconds()));
    }

    String label(InvoiceLine line) {
        Texts texts = Texts.of(language);
        return line.what()
                .corrects()
                .map(earlier -> earlier.number()
                        .map(number ->
                                texts.get("line.correction", number, line.what().label()))
                        .orElse(texts.get("line.correction.nothing", line.what().label())))
                .orElse(line.what().label());
    }

    /** Some of what a line is for. */
    String quantity(InvoiceLine line, BigInteger some) {
        return switch (line.what().model()) {
            case "RECURRING", "HOURLY" -> duration(some);
            case "ONE_OFF" -> some.toString();
            case "USAGE", "PACKAGE", "TIERED", "VOLUME" -> inUnits(line, some);
            default -> some.equals(line.quantity()) ? LineText.quantity(line) : some.toString();
        };
    }

    String price(InvoiceLine line) {
        if (line.what().off().isPresent()) {
            int whole = line.what().off().get().line();
            return Texts.of(language).get("price.off", Integer.toString(whole));
        }
        String amount = number(line.what().unitPrice(), PRICE_DECIMALS);
        String unit = line.what().unitLabel();
        Texts texts = Texts.of(language);
        return switch (line.what().model()) {
            case "RECURRING", "HOURLY", "ONE_OFF", "USAGE", "ADD_ON", "CORRECTION" ->
                texts.get("price.per", amount, unit);
            case "TIERED" -> texts.get("price.tier", amount, unit);
            case "VOLUME" -> texts.get("price.volume", amount, unit);
            case "PACKAGE" -> texts.get("price.begun", amount, unit);
            default -> LineText.price(line);
        };
    }

    /** {@code 3 × 12 d 0 h} for each stretch with another number of units. */
    private String unitTimes(InvoiceLine line) {
        return line.intervals().isEmpty()
                ? duration(line.quantity())
                : line.intervals().stream().map(this::unitTime).collect(Collectors.joining(", "));
    }

    private String unitTime(RatedInterval interval) {
        BigInteger seconds = BigInteger.valueOf(interval.period().seconds());
        BigInteger units =
                seconds.signum() == 0 ? BigInteger.ZERO : interval.quantity().divide(seconds);
        return units + " × " + duration(seconds);
    }

    private String inUnits(InvoiceLine line, BigInteger quantity) {
        BigDecimal units = new BigDecimal(quantity)
                .divide(new BigDecimal(line.what().unitQuantity()), DECIMALS, RoundingMode.HALF_UP);
        return number(units, DECIMALS) + " " + line.what().unitLabel();
    }

    private String duration(BigInteger seconds) {
        Duration duration = Duration.ofSeconds(seconds.longValueExact());
        Texts texts = Texts.of(language);
        if (duration.toDays() > 0) {
            return texts.get("duration.days", duration.toDays(), duration.toHoursPart());
        }
        return duration.toHours() > 0
                ? texts.get("duration.hours", duration.toHours(), duration.toMinutesPart())
                : texts.get("duration.minutes", duration.toMinutes(), duration.toSecondsPart());
    }

    private String number(BigDecimal value, int decimals) {
        NumberFormat format = NumberFormat.getNumberInstance(language.locale());
        format.setMaximumFractionDigits(decimals);
        return format.format(value);
    }

    /** Days where it begins and ends with one, else minutes. */
    String range(Period period) {
        boolean days = wholeDay(period.from()) && wholeDay(period.to());
        return days
                ? range(language.day(firstDay(period)), language.day(lastDay(period)))
                : range(minute(period.from()), minute(period.to()));
    }

    private String range(String from, String to) {
        return from.equals(to) ? from : Texts.of(language).get("range", from, to);
    }

    LocalDate firstDay(Period period) {
        return LocalDate.ofInstant(period.from(), zone);
    }

    /** The last day that is touched. */
    LocalDate lastDay(Period period) {
        return LocalDate.ofInstant(period.to().minusNanos(1), zone);
    }

    LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, zone);
    }

    private String minute(Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(language.locale())
                .format(at.atZone(zone));
    }

    private boolean wholeDay(Instant instant) {
        return instant.atZone(zone).truncatedTo(ChronoUnit.DAYS).toInstant().equals(instant);
    }
}
