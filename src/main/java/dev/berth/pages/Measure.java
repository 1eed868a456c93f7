package dev.berth.pages;

import dev.berth.metering.Meter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A kind of quantity with the units that people write it in, smallest first. What is stored is a whole number of base units. */
enum Measure {
    COUNT("1000", new Unit("", 1)),
    CPU("0.25 vCPU", new Unit("vCPU", 1000)),
    BANK("10 min", new Unit("ms", 1), new Unit("s", 1000), new Unit("min", 60_000), new Unit("h", 3_600_000)),
    SIZE(
            "512 MiB",
            new Unit("B", 1),
            new Unit("KiB", 1L << 10),
            new Unit("MiB", 1L << 20),
            new Unit("GiB", 1L << 30),
            new Unit("TiB", 1L << 40)),
    RATE(
            "100 Mbit/s",
            new Unit("bit/s", 1),
            new Unit("kbit/s", 1000),
            new Unit("Mbit/s", 1_000_000),
            new Unit("Gbit/s", 1_000_000_000)),
    TIME("1 h", new Unit("s", 1), new Unit("min", 60), new Unit("h", 3600)),
    CPU_TIME(
            "1 h",
            new Unit("µs", 1),
            new Unit("s", 1_000_000),
            new Unit("min", 60_000_000),
            new Unit("h", 3_600_000_000L)),
    TRAFFIC(
            "1 TB",
            new Unit("B", 1),
            new Unit("kB", 1000),
            new Unit("MB", 1_000_000),
            new Unit("GB", 1_000_000_000),
            new Unit("TB", 1_000_000_000_000L)),
    SIZE_TIME(
            "1 GiB h",
            new Unit("B s", 1),
            new Unit("GiB s", 1L << 30),
            new Unit("GiB min", 60L << 30),
            new Unit("GiB h", 3600L << 30),
            new Unit("TiB h", 3600L << 40));

    private static final Pattern TYPED = Pattern.compile("([0-9]{1,40}(?:[.][0-9]{1,20})?)\\s*(.{0,10})");
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private final String example;

    @SuppressWarnings("ImmutableEnumChecker") // a list that cannot be changed, of records
    private final List<Unit> units;

    /** @param size in base units */
    private record Unit(String name, BigDecimal size) {
        Unit(String name, long size) {
            this(name, BigDecimal.valueOf(size));
        }

        /** At least one of it, and no more than three decimals. */
        boolean shows(BigDecimal quantity) {
            return quantity.compareTo(size) >= 0
                    && quantity.remainder(size.movePointLeft(3)).signum() == 0;
        }
    }

    Measure(String example, Unit... units) {
        this.example = example;
        this.units = List.of(units);
    }

    static Measure of(Meter meter) {
        return switch (meter) {
            case RUNNING_VM, IP_ADDRESS -> TIME;
            case CPU_TIME, CPU_CREDIT, CPU_SURPLUS -> CPU_TIME;
            case MEMORY, VOLUME, SNAPSHOT -> SIZE_TIME;
            case NETWORK_BYTES_SENT, NETWORK_BYTES_RECEIVED, NETWORK_LOCAL_BYTES_SENT, NETWORK_LOCAL_BYTES_RECEIVED ->
                TRAFFIC;
        };
    }

    /** By a meter's name; what has none is counted. */
    static Measure of(String meter) {
        for (Meter one : Meter.values()) {
            if (one.name().equals(meter)) {
                return of(one);
            }
        }
        return COUNT;
    }

    /** Of a size, 512 alone is as likely meant in MiB as in bytes. */
    private boolean needsUnit() {
        return switch (this) {
            case BANK, SIZE, RATE -> true;
            case COUNT, CPU, TIME, CPU_TIME, TRAFFIC, SIZE_TIME -> false;
        };
    }

    /** In base units; empty for what is no such quantity. A number alone is in the smallest unit. */
    Optional<BigDecimal> read(String text) {
        Matcher typed = TYPED.matcher(text);
        if (!typed.matches()) {
            return Optional.empty();
        }
        String name = typed.group(2).strip().replaceAll("\\s+", " ");
        if (name.isEmpty() && needsUnit()) {
            return Optional.empty();
        }
        return units.stream()
                .filter(unit -> name.isEmpty() || unit.name().equalsIgnoreCase(name))
                .findFirst()
                .map(unit ->
                        new BigDecimal(typed.group(1)).multiply(unit.size()).stripTrailingZeros())
                .filter(quantity -> quantity.scale() <= 0)
                .map(quantity -> quantity.setScale(0));
    }

    /** In the greatest unit that says it exactly and briefly. */
    String write(BigDecimal quantity) {
        if (quantity.signum() == 0) {
            return "0";
        }
        Unit unit = units.reversed().stream()
                .filter(one -> one.shows(quantity))
                .findFirst()
                .orElse(units.getFirst());
        BigDecimal number = quantity.divide(unit.size()).stripTrailingZeros();
        return (number.toPlainString() + " " + unit.name()).strip();
    }

    String write(long quantity) {
        return write(BigDecimal.valueOf(quantity));
    }

    /** Null where nothing was typed; what cannot be read becomes a number that is refused, beside all else that is wrong. */
    @Nullable
    BigDecimal decimal(String text) {
        return text.isEmpty() ? null : read(text).orElse(Typed.REFUSED);
    }

    /** The same, of what is never more than a long. */
    @Nullable
    Long whole(String text) {
        return text.isEmpty()
                ? null
                : read(text)
                        .filter(quantity -> quantity.compareTo(LONGEST) <= 0)
                        .orElse(Typed.REFUSED)
                        .longValueExact();
    }

    boolean unreadable(String text) {
        return !text.isEmpty() && read(text).isEmpty();
    }

    /** What is said of one that cannot be read. */
    String fault() {
        return "It is no quantity such as " + example + ".";
    }
}
