package dev.berth.pages;

import dev.berth.invoice.Invoice;
import dev.berth.invoice.InvoiceLine;
import dev.berth.invoice.LineText;
import dev.berth.invoice.RatedInterval;
import dev.berth.invoice.VpsUsage;
import dev.berth.metering.Meter;
import dev.berth.metering.store.StoredReading;
import dev.berth.party.PostalAddress;
import io.quarkus.qute.TemplateExtension;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How lines, quantities and counters of bills look. */
@TemplateExtension(namespace = "bill")
public final class ShowBills {
    private ShowBills() {}

    public static String tone(Invoice.State state) {
        return switch (state) {
            case DRAFT -> "wait";
            case FINAL -> "ok";
            case PAID -> "ok";
            case VOID -> "off";
        };
    }

    /** As on a letter; nothing of a party that never said where it is. */
    public static List<String> address(PostalAddress address) {
        return address.street().isEmpty() ? List.of() : address.lines(Locale.ENGLISH);
    }

    public static String label(InvoiceLine line) {
        return LineText.label(line);
    }

    public static String quantity(InvoiceLine line) {
        return quantity(line, line.quantity());
    }

    public static String included(InvoiceLine line) {
        return line.included().signum() == 0 ? "–" : quantity(line, line.included());
    }

    public static String interval(InvoiceLine line, RatedInterval interval) {
        return quantity(line, interval.quantity());
    }

    public static boolean paused(InvoiceLine line, RatedInterval interval) {
        return line.pausedSeconds().signum() > 0 && interval.quantity().signum() == 0;
    }

    private static String quantity(InvoiceLine line, BigInteger base) {
        return line.what().meter().map(meter -> Show.quantity(meter, base)).orElseGet(() -> flat(line, base));
    }

    private static String flat(InvoiceLine line, BigInteger base) {
        return line.what().model().equals("RECURRING") ? Show.duration(base.longValueExact()) : base.toString();
    }

    /** The counter that the line was computed from, as the reading has it. */
    public static String counter(InvoiceLine line, StoredReading reading) {
        return line.what()
                .meter()
                .map(meter -> meter.of(reading.forMetering().counters()) + " " + meter.baseUnit())
                .orElse("");
    }

    /** A meter of a VPS in people's units. */
    public record Measured(String label, String quantity) {}

    public static List<Measured> meters(VpsUsage usage) {
        return Arrays.stream(Meter.values())
                .filter(usage.quantities()::containsKey)
                .map(meter -> new Measured(
                        Show.meter(meter),
                        Show.quantity(meter, usage.quantities().getOrDefault(meter, BigInteger.ZERO))))
                .toList();
    }
}
