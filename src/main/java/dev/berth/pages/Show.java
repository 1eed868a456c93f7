package dev.berth.pages;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.Plan;
import dev.berth.mail.OutboxMail;
import dev.berth.metering.Meter;
import dev.berth.platform.Assets;
import dev.berth.units.Money;
import dev.berth.vps.Operation;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateExtension;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How money, times, sizes and words look, in one place; units always stand with their numbers. */
@TemplateExtension(namespace = "show")
public final class Show {
    private static final DateTimeFormatter MINUTE = formatter("d MMM uuuu, HH:mm");
    private static final DateTimeFormatter SECOND = formatter("d MMM uuuu, HH:mm:ss");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final BigDecimal MIB = BigDecimal.valueOf(1L << 20);
    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
    private static final long TENTH_OF_GIB = (1L << 30) / 10;
    private static final BigDecimal HOUR = BigDecimal.valueOf(3600);
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal GIGA = BigDecimal.valueOf(1_000_000_000);

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);
    private static final String DECIMAL = "kMGTP";

    private Show() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    /** Where a script, a style or an image is, under an address that changes with its content. */
    public static String asset(String path) {
        return Assets.address(path);
    }

    /** {@code 1 change}, {@code 2 changes}. */
    public static String count(Number n, String noun) {
        return n + " " + noun + (n.longValue() == 1 ? "" : "s");
    }

    public static String count(Number n, String one, String more) {
        return n + " " + (n.longValue() == 1 ? one : more);
    }

    /** Traffic, in the decimal units that networks have. */
    public static String traffic(long bytes) {
        return decimal(bytes, "B");
    }

    /** Bits per second. */
    public static String rate(long bits) {
        return decimal(bits, "bit/s");
    }

    private static String decimal(long amount, String unit) {
        BigDecimal shown = BigDecimal.valueOf(amount);
        int step = 0;
        while (step < DECIMAL.length() && shown.compareTo(THOUSAND) >= 0) {
            shown = shown.divide(THOUSAND);
            step++;
        }
        String prefix = step == 0 ? "" : DECIMAL.substring(step - 1, step);
        return plain(shown.setScale(step == 0 ? 0 : 2, RoundingMode.HALF_UP)) + " " + prefix + unit;
    }

    public static String money(Money money) {
        return money(money.decimal(), money.currency().getCurrencyCode());
    }

    /** A field's label: the currency is the account's own. */
    public static String amountIn(String currency) {
        return "Amount in " + currency;
    }

    public static String price(Plan.Price price) {
        return money(price.amount(), price.currency());
    }

    /** Sign, symbol, amount: {@code −€1.20}; currencies without a common symbol by their code. */
    public static String amount(BigDecimal amount, String currency) {
        return money(amount, currency);
    }

    static String money(BigDecimal amount, String currency) {
        String symbol = Currency.getInstance(currency).getSymbol(Locale.US);
        String sign = amount.signum() < 0 ? "−" : "";
        String space = symbol.length() > 2 ? " " : "";
        return sign + symbol + space + amount.abs().toPlainString();
    }

    /** An exact price before it is rounded, without the zeros at its end. */
    public static String exact(BigDecimal amount, Money like) {
        BigDecimal stripped = amount.stripTrailingZeros();
        int least = like.currency().getDefaultFractionDigits();
        BigDecimal shown = stripped.scale() < least ? stripped.setScale(least) : stripped;
        return money(shown, like.currency().getCurrencyCode());
    }

    /** In GiB, or in MiB what is less than a tenth of one. */
    public static String size(long bytes) {
        return bytes > 0 && bytes < TENTH_OF_GIB
                ? plain(BigDecimal.valueOf(bytes).divide(MIB, 1, RoundingMode.UP)) + " MiB"
                : plain(BigDecimal.valueOf(bytes).divide(GIB, 2, RoundingMode.HALF_UP)) + " GiB";
    }

    public static String cpu(long milli) {
        return plain(BigDecimal.valueOf(milli, 3)) + " vCPU";
    }

    /** CPU-milliseconds as minutes of one CPU. */
    public static String bank(long millis) {
        return plain(BigDecimal.valueOf(millis).divide(BigDecimal.valueOf(60_000), 1, RoundingMode.HALF_UP))
                + " vCPU min";
    }

    /** CPU time in the unit that it is sold in. */
    public static String vcpu(long micros) {
        BigDecimal hours = BigDecimal.valueOf(micros).divide(MILLION.multiply(HOUR), 3, RoundingMode.HALF_UP);
        return hours.compareTo(BigDecimal.ONE) < 0 && micros > 0
                ? plain(BigDecimal.valueOf(micros).divide(MILLION, 1, RoundingMode.HALF_UP)) + " vCPU s"
                : plain(hours) + " vCPU h";
    }

    /** The reader's time is filled in by a script; without it, UTC. */
    public static RawString time(Instant at) {
        return new RawString("<time datetime=\"%s\">%s UTC</time>".formatted(at, MINUTE.format(at)));
    }

    public static RawString second(Instant at) {
        return new RawString("<time datetime=\"%s\" data-seconds>%s UTC</time>".formatted(at, SECOND.format(at)));
    }

    public static RawString maybe(Optional<Instant> at) {
        return at.map(Show::time).orElseGet(() -> new RawString("never"));
    }

    /** A day that is the same for every reader. */
    public static String day(LocalDate day) {
        return DAY.format(day);
    }

    public static String maybeDay(Optional<LocalDate> day) {
        return day.map(Show::day).orElse("not known");
    }

    public static String ago(Instant at, Instant now) {
        long seconds = Math.max(0, Duration.between(at, now).toSeconds());
        return duration(seconds) + " ago";
    }

    public static String duration(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }

    /** How long a step took. */
    public static String took(Optional<Long> micros) {
        return micros.map(
                        m -> m < 1_000_000 ? (m + 500) / 1000 + " ms" : plain(BigDecimal.valueOf(m / 10_000, 2)) + " s")
                .orElse("");
    }

    /** A constant's name as words: {@code needs attention}. */
    public static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What a model of price means, for who chooses one. */
    public static String model(Plan.Model model) {
        return words(model) + ": "
                + switch (model) {
                    case RECURRING -> "for a month";
                    case HOURLY -> "for each hour";
                    case USAGE -> "for what is used";
                    case PACKAGE -> "for each unit begun";
                    case TIERED -> "each part at its tier's price";
                    case VOLUME -> "all at the price of the tier reached";
                    case ONE_OFF -> "once, at the start";
                };
    }

    /** A text as a sentence begins. */
    public static String begun(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** A step's or action's name as a sentence begins. */
    public static String sentence(String name) {
        String text = name.replace('-', ' ').replace('_', ' ').replace('.', ' ');
        if (text.startsWith("vps ")) {
            return "VPS" + text.substring(3);
        }
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** What the trail calls an action, in words; one that is new here keeps its own name. */
    public static String deed(String action) {
        return switch (action) {
            case "account.create" -> "Account made";
            case "account.change" -> "Account changed";
            case "account.allow-invoice" -> "Paying by invoice allowed";
            case "account.forbid-invoice" -> "Paying by invoice forbidden";
            case "credit.grant" -> "Credit granted";
            case "vps.order" -> "VPS ordered";
            case "vps.change" -> "Host name or SSH keys changed";
            case "vps.password-reset" -> "Root's password reset";
            case "vps.take-snapshot" -> "Snapshot asked for";
            case "vps.delete-snapshot" -> "Snapshot deleted";
            case "vps.restore" -> "Restored from a snapshot";
            case "vps.reinstall" -> "Reinstalled";
            case "vps.add-address" -> "Address added";
            case "vps.remove-address" -> "Address given back";
            case "vps.change-plan" -> "Plan changed";
            case "plan.create" -> "Plan made";
            case "plan.version" -> "Plan sold at new terms";
            case "plan.change" -> "Plan's place on the shelf changed";
            case "vps.rescue" -> "Started from a rescue system";
            case "vps.leave-rescue" -> "Rescue left";
            case "vps.migrate" -> "Move to another node begun";
            case "vps.migrated" -> "Moved to another node";
            case "vps.migrate-back" -> "Move given up";
            case "vps.migrated-back" -> "Back on the node it was to leave";
            case "vps.console.open" -> "Console opened";
            case "vps.console.close" -> "Console closed";
            case "vps.gone" -> "VPS gone from its node";
            case "node.enrol" -> "Node enrolled";
            case "node.drain" -> "Emptying of a node begun";
            case "node.drain-stop" -> "Emptying of a node stopped";
            case "node.drained" -> "Node emptied";
            case "node.death" -> "Node declared gone for good";
            case "node.death-release" -> "Room and addresses of a lost node released";
            case "vps.lost" -> "Lost with its node";
            case "vps.written-off" -> "Written off";
            case "vps.adopt" -> "Adopted from its node";
            case "node.join-token" -> "Join token made";
            case "image.register" -> "Image registered";
            case "image.sign" -> "Signature of an image taken";
            case "image.change" -> "End of life of an image changed";
            case "invoice.issue" -> "Invoice issued";
            case "billing-period.release" -> "Waiting bill released";
            default -> sentence(action);
        };
    }

    /** A step of the node in words for its customer; one that is new here keeps its own name. */
    public static String step(String name) {
        return switch (name) {
            case "ensure-cgroup" -> "Set its limits";
            case "ensure-network" -> "Connect it to the network";
            case "fetch-image" -> "Fetch the image";
            case "ensure-storage" -> "Make its disk";
            case "take-snapshot" -> "Copy its disk";
            case "replace-layer" -> "Replace its disk";
            case "remove-snapshot" -> "Remove a snapshot";
            case "leave-meter", "adopt-meter" -> "Hand its counters over";
            case "export-layer" -> "Pack its disk";
            case "send-layer" -> "Send its disk";
            case "fetch-layer" -> "Fetch its disk";
            case "receive-layer" -> "Unpack and check its disk";
            case "ensure-rescue" -> "Make the rescue system";
            case "remove-rescue" -> "Remove the rescue system";
            case "limit-storage" -> "Shrink its disk";
            case "ensure-mounted" -> "Put image and disk together";
            case "ensure-files" -> "Write host name and SSH keys";
            case "open-reading", "read-before", "read-after", "close-reading", "final-reading" -> "Read the meters";
            case "remove-network" -> "Take it off the network";
            case "remove-cgroup" -> "Remove its limits";
            case "remove-storage" -> "Remove its disk";
            case "verify-gone" -> "Check that nothing is left";
            default -> sentence(name);
        };
    }

    public static String meter(Meter meter) {
        return switch (meter) {
            case RUNNING_VM -> "Running time";
            case CPU_TIME -> "CPU time";
            case CPU_CREDIT -> "Of CPU time: bought credit";
            case CPU_SURPLUS -> "Of CPU time: surplus";
            case MEMORY -> "Memory";
            case VOLUME -> "Disk";
            case SNAPSHOT -> "Snapshots";
            case IP_ADDRESS -> "IPv4 address";
            case NETWORK_BYTES_SENT -> "Traffic sent";
            case NETWORK_BYTES_RECEIVED -> "Traffic received";
            case NETWORK_LOCAL_BYTES_SENT -> "Of traffic sent: local";
            case NETWORK_LOCAL_BYTES_RECEIVED -> "Of traffic received: local";
        };
    }

    /** A quantity of a meter in the unit that people use for it. */
    public static String quantity(Meter meter, BigInteger base) {
        BigDecimal value = new BigDecimal(base);
        return switch (meter) {
            case RUNNING_VM, IP_ADDRESS -> per(value, HOUR, 3) + " h";
            case CPU_TIME, CPU_CREDIT, CPU_SURPLUS -> per(value, MILLION, 3) + " s of one CPU";
            case MEMORY, VOLUME, SNAPSHOT -> per(value, GIB.multiply(HOUR), 5) + " GiB h";
            case NETWORK_BYTES_SENT, NETWORK_BYTES_RECEIVED, NETWORK_LOCAL_BYTES_SENT, NETWORK_LOCAL_BYTES_RECEIVED ->
                per(value, GIGA, 6) + " GB";
        };
    }

    /** What one unit of an add-on gives. */
    public static String gives(AddOn addOn) {
        return switch (addOn.kind()) {
            case ADDRESS -> count(addOn.quantity(), "IPv4 address", "IPv4 addresses");
            case SNAPSHOT -> count(addOn.quantity(), "snapshot");
            case CPU_CREDIT -> vcpu(addOn.micros());
            case ALLOWANCE -> {
                Meter meter = Meter.valueOf(addOn.meter().orElseThrow());
                yield meter(meter) + ": " + quantity(meter, addOn.quantity().toBigIntegerExact()) + " a month";
            }
            case OTHER -> "what staff do by hand";
        };
    }

    /** What a plan includes before the price per unit begins; empty for nothing. */
    public static String included(Plan.PriceLine line) {
        if (line.includedQuantity().signum() == 0) {
            return "";
        }
        BigDecimal units = line.includedQuantity().divide(line.unitQuantity(), 2, RoundingMode.HALF_UP);
        return plain(units) + " " + line.unitLabel() + (units.compareTo(BigDecimal.ONE) > 0 ? plural(line) : "");
    }

    /** {@code €0.01 / hour, at most €6.00 a month}. */
    public static String perUnit(Plan.PriceLine line) {
        String per = price(line.unitPrice()) + " / " + line.unitLabel();
        return switch (line.model()) {
            case HOURLY ->
                per
                        + line.capPrice()
                                .map(cap -> ", at most " + price(cap) + " a month")
                                .orElse("");
            case PACKAGE -> per + " begun";
            case TIERED, VOLUME -> "from " + price(cheapest(line)) + " / " + line.unitLabel();
            case RECURRING, USAGE, ONE_OFF -> per;
        };
    }

    private static Plan.Price cheapest(Plan.PriceLine line) {
        return line.tiers().stream()
                .map(Plan.PriceTier::unitPrice)
                .min(Comparator.comparing(Plan.Price::amount))
                .orElse(line.unitPrice());
    }

    /** {@code up to 100 GB €0.02}, and what volume prices mean; nothing for a price without tiers. */
    public static List<String> tiers(Plan.PriceLine line) {
        List<String> texts = new ArrayList<>();
        for (Plan.PriceTier tier : line.tiers()) {
            String bound = tier.upToQuantity()
                    .map(to -> "up to " + plain(to.divide(line.unitQuantity(), 2, RoundingMode.HALF_UP)) + " "
                            + line.unitLabel() + " a month")
                    .orElse("beyond that");
            texts.add(bound + ": " + price(tier.unitPrice()) + ";");
        }
        if (line.model() == Plan.Model.VOLUME) {
            texts.add("the price reached holds for all of it.");
        }
        return List.copyOf(texts);
    }

    private static String plural(Plan.PriceLine line) {
        return line.unitLabel().endsWith("hour") ? "s" : "";
    }

    private static String per(BigDecimal value, BigDecimal unit, int digits) {
        return plain(value.divide(unit, digits, RoundingMode.HALF_UP));
    }

    /** The first characters of a hash, enough to compare by eye. */
    public static String brief(String hash) {
        return hash.length() <= 16 ? hash : hash.substring(0, 16) + "…";
    }

    public static long atLeastZero(long value) {
        return Math.max(0, value);
    }

    /** Hundredths of a percent. */
    public static String percent(int basisPoints) {
        return plain(BigDecimal.valueOf(basisPoints, 2)) + " %";
    }

    /** A part of a whole for a progress bar, which must not stand still at nothing. */
    public static long whole(long value) {
        return Math.max(1, value);
    }

    public static String tone(OutboxMail.State state) {
        return switch (state) {
            case SENT -> "ok";
            case QUEUED -> "wait";
            case FAILED -> "bad";
        };
    }

    public static String tone(Operation.State state) {
        return switch (state) {
            case SUCCEEDED -> "ok";
            case PENDING, RUNNING -> "wait";
            case FAILED, NEEDS_ATTENTION -> "bad";
            case CANCELLED -> "off";
        };
    }

    private static String plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return (stripped.scale() < 0 ? stripped.setScale(0) : stripped).toPlainString();
    }
}
