package dev.berth.catalog;

import dev.berth.catalog.NewVersion.NewLimits;
import dev.berth.catalog.NewVersion.NewLine;
import dev.berth.catalog.Plan.Limits;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.metering.Meter;
import dev.berth.platform.InputFaults;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a plan's version of what came from outside, or says everything that is wrong with it. */
final class VersionCheck {
    private static final int MAX_LINES = 50;
    private static final int MAX_SNAPSHOTS = 32;
    private static final long SMALLEST_RATE = 8_000;
    private static final long GREATEST_RATE = 400_000_000_000L;

    private final InputFaults faults;
    private final Optional<Plan> before;
    private final Instant now;

    /** @param before the version whose values hold for what is left out */
    VersionCheck(InputFaults faults, Optional<Plan> before, Instant now) {
        this.faults = faults;
        this.before = before;
        this.now = now;
    }

    /** What can be stored once there are no faults. */
    record Checked(Instant validFrom, String currency, Limits limits, List<PriceLine> lines) {
        Checked {
            lines = List.copyOf(lines);
        }
    }

    Checked check(NewVersion input, String usualCurrency) {
        String currency = input.currency() == null
                ? before.map(Plan::currency).orElse(usualCurrency)
                : currency(input.currency());
        before.ifPresent(plan -> faults.check(
                plan.currency().equals(currency), "currency", "must be that of the plan's other versions"));
        return new Checked(
                validFrom(input.validFrom()), currency, limits(input.limits()), lines(input.lines(), currency));
    }

    private String currency(String code) {
        boolean known = Currency.getAvailableCurrencies().stream()
                .anyMatch(currency -> currency.getCurrencyCode().equals(code));
        faults.check(known, "currency", "is no code of ISO 4217");
        return code;
    }

    private Instant validFrom(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return now;
        }
        try {
            Instant instant = Instant.parse(text.trim());
            faults.check(!instant.isBefore(now), "validFrom", "is past: what was sold keeps its price");
            return instant;
        } catch (DateTimeException e) {
            faults.add("validFrom", "is no instant such as 2027-01-01T00:00:00Z");
            return now;
        }
    }

    private Limits limits(@Nullable NewLimits given) {
        NewLimits limits = given == null ? NewLimits.NONE : given;
        long baseline = positive("cpuBaselineMilli", limits.cpuBaselineMilli(), Limits::cpuBaselineMilli);
        long ceiling = positive("cpuCeilingMilli", limits.cpuCeilingMilli(), Limits::cpuCeilingMilli);
        faults.check(ceiling >= baseline, "limits.cpuCeilingMilli", "must not be below cpuBaselineMilli");
        return new Limits(
                baseline,
                ceiling,
                positive("cpuBankMillis", limits.cpuBankMillis(), Limits::cpuBankMillis),
                positive("memoryBytes", limits.memoryBytes(), Limits::memoryBytes),
                positive("processes", limits.processes(), Limits::processes),
                positive("diskBytes", limits.diskBytes(), Limits::diskBytes),
                optional("diskInodes", limits.diskInodes(), Limits::diskInodes, 1, Long.MAX_VALUE),
                optional(
                        "netReservedBits",
                        limits.netReservedBits(),
                        Limits::netReservedBits,
                        SMALLEST_RATE,
                        GREATEST_RATE),
                optional("snapshots", limits.snapshots(), l -> Optional.of(l.snapshots()), 0, MAX_SNAPSHOTS)
                        .orElse(Limits.USUAL_SNAPSHOTS));
    }

    private long positive(String name, @Nullable Long given, Function<Limits, Long> was) {
        Optional<Long> value = value(given, limits -> Optional.of(was.apply(limits)));
        faults.check(value.isPresent(), "limits." + name, "is missing");
        faults.check(value.orElse(1L) > 0, "limits." + name, "must be above zero");
        return value.orElse(1L);
    }

    private Optional<Long> optional(
            String name, @Nullable Long given, Function<Limits, Optional<Long>> was, long least, long most) {
        Optional<Long> value = value(given, was);
        boolean fits = value.map(v -> v >= least && v <= most).orElse(true);
        faults.check(fits, "limits." + name, "must be from %d to %d".formatted(least, most));
        return value;
    }

    private Optional<Long> value(@Nullable Long given, Function<Limits, Optional<Long>> was) {
        return given == null ? before.map(Plan::limits).flatMap(was) : Optional.of(given);
    }

    private List<PriceLine> lines(@Nullable List<@Nullable NewLine> given, String currency) {
        if (given == null) {
            faults.check(before.isPresent(), "lines", "are missing");
            return before.map(Plan::lines).orElse(List.of());
        }
        faults.check(!given.isEmpty(), "lines", "are missing");
        if (!faults.check(given.size() <= MAX_LINES, "lines", "are more than " + MAX_LINES)) {
            return List.of();
        }
        List<PriceLine> lines = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            String field = "lines[" + i + "]";
            NewLine line = given.get(i);
            if (faults.check(line != null, field, "is missing") && line != null) {
                new LineCheck(faults, field, currency).line(i, line).ifPresent(lines::add);
            }
        }
        faults.check(
                lines.stream()
                                .filter(line -> line.meter().equals(Optional.of(Meter.CPU_SURPLUS.name())))
                                .count()
                        <= 1,
                "lines",
                "have several prices of surplus");
        return lines;
    }
}
