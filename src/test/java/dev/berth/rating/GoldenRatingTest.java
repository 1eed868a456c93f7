package dev.berth.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.metering.Counters;
import dev.berth.metering.Epoch;
import dev.berth.metering.Meter;
import dev.berth.metering.MeterReading;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.Timeline;
import dev.berth.rating.TieredPrice.Tier;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was rated once is rated the same for ever, to the byte. Each file has a tariff, readings, and the lines they gave; {@code
 * -Dberth.golden.write=true} writes lines where a file has none yet, and never changes any.
 */
class GoldenRatingTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/golden/rating");
    private static final Currency EUR = Currency.getInstance("EUR");
    private static final NodeId NODE = NodeId.of("00000000-0000-7000-8000-000000000001");
    private static final int FEWEST = 12;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theSameLinesForEver(Path file) throws IOException {
        Map<String, String> parts = parts(Files.readString(file));
        String lines = lines(parts);
        if (Boolean.getBoolean("berth.golden.write") && !parts.containsKey("lines")) {
            Files.writeString(file, Files.readString(file).stripTrailing() + "\n\n[lines]\n" + lines);
            return;
        }

        assertTrue(files().size() >= FEWEST, "files of the set are gone");
        assertEquals(parts.get("lines") + "\n", lines, file.toString());
    }

    /** Sections by their heads in brackets; what stands before the first says what the file shows. */
    private static Map<String, String> parts(String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.split("\n\\[", -1)) {
            int end = part.indexOf("]\n");
            if (end > 0) {
                parts.put(part.substring(0, end), part.substring(end + 2).strip());
            }
        }
        return parts;
    }

    private static String lines(Map<String, String> parts) {
        Map<String, String> slice = words(parts.getOrDefault("slice", ""));
        Period period = new Period(Instant.parse(word(slice, "from")), Instant.parse(word(slice, "to")));
        Tariff tariff = new Tariff(
                new UUID(0, 1),
                "Golden",
                EUR,
                parts.getOrDefault("tariff", "")
                        .lines()
                        .map(GoldenRatingTest::line)
                        .toList());
        List<MeterReading> readings = new ArrayList<>(parts.getOrDefault("readings", "")
                .lines()
                .map(GoldenRatingTest::reading)
                .toList());
        // the order of arrival is nobody's concern
        Collections.reverse(readings);
        Slice rated = new Slice(
                new SubscriptionId(new UUID(0, 2)),
                period,
                Instant.parse(word(slice, "begun")),
                tariff,
                Timeline.of(readings).usage(period),
                ZoneId.of(word(slice, "zone")),
                Map.of(),
                paused(slice.getOrDefault("paused", "")));
        return Rater.rate(rated).stream().map(GoldenRatingTest::shown).collect(Collectors.joining());
    }

    /** {@code from/to,from/to}. */
    private static List<Period> paused(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(pause -> !pause.isEmpty())
                .map(pause -> pause.split("/", 2))
                .map(pair -> new Period(Instant.parse(pair[0]), Instant.parse(pair[1])))
                .toList();
    }

    private static Map<String, String> words(String text) {
        return Arrays.stream(text.split("\\s+", -1))
                .map(word -> word.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static String word(Map<String, String> words, String name) {
        return Optional.ofNullable(words.get(name)).orElseThrow(() -> new IllegalStateException("no " + name));
    }

    /** {@code 1 USAGE meter=… included=… per=… price=…}; tiers as {@code price@bound,…,price}. */
    private static TariffLine line(String text) {
        String[] head = text.split("\\s+", 3);
        return new TariffLine(Integer.parseInt(head[0]), "Line " + head[0], "unit", price(head[1], words(head[2])));
    }

    private static Price price(String model, Map<String, String> words) {
        return switch (model) {
            case "RECURRING" -> new RecurringPrice(unitPrice(word(words, "price")));
            case "ONE_OFF" -> new OneOffPrice(unitPrice(word(words, "price")));
            case "HOURLY" ->
                new HourlyPrice(
                        unitPrice(word(words, "price")),
                        Optional.ofNullable(words.get("cap")).map(GoldenRatingTest::unitPrice));
            case "USAGE" ->
                new UsagePrice(
                        meter(words), whole(words, "included"), whole(words, "per"), unitPrice(word(words, "price")));
            case "PACKAGE" ->
                new PackagePrice(
                        meter(words), whole(words, "included"), whole(words, "per"), unitPrice(word(words, "price")));
            case "TIERED" -> new TieredPrice(meter(words), whole(words, "per"), tiers(word(words, "tiers")));
            case "VOLUME" -> new VolumePrice(meter(words), whole(words, "per"), tiers(word(words, "tiers")));
            default -> throw new IllegalStateException("no model " + model);
        };
    }

    private static UnitPrice unitPrice(String amount) {
        return UnitPrice.of(amount, "EUR");
    }

    private static Meter meter(Map<String, String> words) {
        return Meter.valueOf(word(words, "meter"));
    }

    private static BigInteger whole(Map<String, String> words, String name) {
        return new BigInteger(words.getOrDefault(name, "0"));
    }

    private static List<Tier> tiers(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(tier -> tier.split("@", 2))
                .map(pair -> new Tier(
                        pair.length == 2 ? Optional.of(new BigInteger(pair[1])) : Optional.empty(), unitPrice(pair[0])))
                .toList();
    }

    /** {@code seq KIND boot/start time value}, with one value for all counters. */
    private static MeterReading reading(String text) {
        String[] cells = text.strip().split("\\s+", -1);
        String[] epoch = cells[2].split("/", -1);
        BigInteger value = new BigInteger(cells[4]);
        return new MeterReading(
                new ReadingRef(NODE, Long.parseLong(cells[0])),
                MeterReading.Kind.valueOf(cells[1]),
                new Epoch(new UUID(0, Long.parseLong(epoch[0])), Long.parseLong(epoch[1])),
                Instant.parse(cells[3]),
                new Counters(value, value, value, value, value, value, value, value, value, value));
    }

    private static String shown(RatedLine line) {
        return "%d %s quantity=%s included=%s exact=%s first=%s last=%s gaps=%s\n"
                .formatted(
                        line.tariffLine().position(),
                        line.tariffLine().price().model(),
                        line.quantity(),
                        line.included(),
                        line.exact().toPlainString(),
                        line.first().map(GoldenRatingTest::seq).orElse("-"),
                        line.last().map(GoldenRatingTest::seq).orElse("-"),
                        line.gaps().stream().map(GoldenRatingTest::seq).toList());
    }

    private static String seq(ReadingRef ref) {
        return Long.toString(ref.seq());
    }
}
