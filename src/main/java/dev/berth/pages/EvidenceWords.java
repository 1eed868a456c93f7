package dev.berth.pages;

import dev.berth.invoice.Evidence;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.InvoiceLine;
import dev.berth.invoice.LineText;
import dev.berth.metering.Meter;
import dev.berth.metering.store.StoredReading;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a line came about, in sentences: what the meters showed, what of it is included, what the rest costs. */
final class EvidenceWords {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss z", Locale.ENGLISH);

    private final InvoiceLine line;
    private final ZoneId zone;

    private EvidenceWords(Invoice invoice, InvoiceLine line) {
        this.line = line;
        this.zone = invoice.zone();
    }

    static List<String> of(Invoice invoice, Evidence evidence) {
        EvidenceWords words = new EvidenceWords(invoice, evidence.line());
        List<String> sentences = new ArrayList<>();
        evidence.proofs().forEach(proof -> words.measured(proof, sentences));
        words.priced(sentences);
        words.rounded(sentences);
        return List.copyOf(sentences);
    }

    private void measured(Evidence.Proof proof, List<String> sentences) {
        String between = (proof.interval().before()
                        ? "What was known when it was computed: between %s and %s"
                        : "Between %s and %s")
                .formatted(
                        time(proof.interval().period().from()),
                        time(proof.interval().period().to()));
        if (line.what().meter().isEmpty()) {
            sentences.add(
                    paused(proof)
                            ? "%s %s was suspended: no service, no fee."
                                    .formatted(between, line.subject().hostname())
                            : "%s the plan %s was in force."
                                    .formatted(between, line.subject().planName()));
            return;
        }
        Meter meter = line.what().meter().get();
        String amount = Show.quantity(meter, proof.interval().quantity());
        if (proof.readings().isEmpty()) {
            sentences.add("%s nothing was measured of %s."
                    .formatted(between, line.subject().hostname()));
            return;
        }
        Evidence.Shown first = proof.readings().getFirst();
        Evidence.Shown last = proof.readings().getLast();
        sentences.add("%s %s %s %s: its counter stood at %s and at %s."
                .formatted(
                        between,
                        line.subject().hostname(),
                        verb(meter),
                        amount,
                        stood(meter, first, proof.nodeName()),
                        stood(meter, last, proof.nodeName())));
        spread(proof, first.stored(), last.stored(), sentences);
    }

    private boolean paused(Evidence.Proof proof) {
        return line.pausedSeconds().signum() > 0 && proof.interval().quantity().signum() == 0;
    }

    private String stood(Meter meter, Evidence.Shown shown, String node) {
        StoredReading reading = shown.stored();
        return "%s at %s (record %d of node %s, %s)"
                .formatted(
                        Show.quantity(meter, meter.of(reading.forMetering().counters())),
                        time(reading.effectiveAt()),
                        reading.ref().seq(),
                        node,
                        shown.inclusion().isPresent() ? "signed one by one" : "signed with its batch");
    }

    /** Why the difference of the two counters may not be the quantity. */
    private void spread(Evidence.Proof proof, StoredReading first, StoredReading last, List<String> sentences) {
        if (first.effectiveAt().isBefore(proof.interval().period().from())
                || last.effectiveAt().isAfter(proof.interval().period().to())) {
            sentences.add(
                    "What was used between two readings is spread evenly over their time; only the part within this time counts.");
        }
        if (!epoch(first).equals(epoch(last))) {
            sentences.add(
                    "It was started again in between; where a counter began anew, each stretch counts for itself.");
        }
        if (proof.interval().gaps() > 0) {
            sentences.add("%s in the readings: what was not measured there is not charged."
                    .formatted(Show.count(proof.interval().gaps(), "gap")));
        }
    }

    private static String epoch(StoredReading reading) {
        return reading.reading().bootId() + "/" + reading.reading().startNo();
    }

    private void corrected(InvoiceLine.Corrects earlier, List<String> sentences) {
        String which = earlier.number()
                .map(number -> "invoice %s was issued".formatted(number))
                .orElse("nothing was found to be due");
        sentences.add("After %s for the time from %s to %s, readings of it came that had been late."
                .formatted(
                        which,
                        time(earlier.period().from()),
                        time(earlier.period().to())));
        sentences.add(
                "Computed with them and without them, the difference is exactly %s%s. The earlier bill stays as it is."
                        .formatted(
                                exact(line.exact()),
                                earlier.line()
                                        .map(n -> " on line " + n + " of it")
                                        .orElse("")));
    }

    private void priced(List<String> sentences) {
        InvoiceLine.What what = line.what();
        if (what.corrects().isPresent()) {
            corrected(what.corrects().get(), sentences);
            return;
        }
        if (what.meter().isEmpty()) {
            charged().ifPresent(sentences::add);
            sentences.add(
                    "The price is %s; for this time that is exactly %s.".formatted(priceOfTime(), exact(line.exact())));
            return;
        }
        BigInteger over = line.quantity().subtract(line.included()).max(BigInteger.ZERO);
        if (line.included().signum() > 0) {
            sentences.add("%s of it are included in the plan for this time."
                    .formatted(Show.quantity(what.meter().get(), line.included())));
        }
        sentences.add("%s at %s: exactly %s."
                .formatted(
                        Show.quantity(what.meter().get(), over),
                        exact(what.unitPrice()) + " per " + what.unitLabel() + more(),
                        exact(line.exact())));
    }

    private Optional<String> charged() {
        return switch (line.what().model()) {
            case "RECURRING", "HOURLY", "ADD_ON" ->
                Optional.of("Charged is a time of %s.".formatted(LineText.quantity(line)));
            default -> Optional.empty();
        };
    }

    private String priceOfTime() {
        String price = exact(line.what().unitPrice());
        return switch (line.what().model()) {
            case "RECURRING" -> price + " a month, to the second";
            case "HOURLY" -> price + " an hour, to the second, up to the cap of a month";
            case "ONE_OFF" -> price + ", once";
            default -> price;
        };
    }

    private String more() {
        return switch (line.what().model()) {
            case "TIERED" -> " in the first tier, and what further tiers say for what is beyond it";
            case "VOLUME" -> " in the first tier; the whole costs what the tier says that it ends in";
            case "PACKAGE" -> " begun";
            default -> "";
        };
    }

    private void rounded(List<String> sentences) {
        if (line.carriedIn().signum() != 0) {
            sentences.add("%s were left over from rounding the last time.".formatted(exact(line.carriedIn())));
        }
        String left = line.carriedOut().signum() == 0
                ? "nothing is left over"
                : exact(line.carriedOut()) + " go on to the next time";
        sentences.add("Rounded once, that is %s; %s.".formatted(Show.money(line.amount()), left));
    }

    private String exact(BigDecimal amount) {
        return Show.exact(amount, line.amount());
    }

    private String time(Instant at) {
        return TIME.format(at.atZone(zone));
    }

    private static String verb(Meter meter) {
        return switch (meter) {
            case RUNNING_VM -> "ran for";
            case CPU_TIME -> "computed for";
            case CPU_CREDIT -> "computed from credit for";
            case CPU_SURPLUS -> "computed beyond its bank for";
            case MEMORY -> "held in memory";
            case VOLUME -> "held on its disk";
            case SNAPSHOT -> "held in snapshots";
            case IP_ADDRESS -> "had addresses for";
            case NETWORK_BYTES_SENT -> "sent";
            case NETWORK_BYTES_RECEIVED -> "received";
            case NETWORK_LOCAL_BYTES_SENT -> "sent within local networks";
            case NETWORK_LOCAL_BYTES_RECEIVED -> "received from local networks";
        };
    }
}
