package dev.berth.invoice;

import dev.berth.contract.JournalText;
import dev.berth.evidence.BundleLine;
import dev.berth.evidence.Rows;
import dev.berth.evidence.TariffText;
import dev.berth.metering.Meter;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.store.Inclusion;
import dev.berth.metering.store.JournalBatch;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.StoredReading;
import dev.berth.rating.Tariff;
import dev.berth.units.AccountId;
import dev.berth.units.ContextId;
import dev.berth.units.InvoiceId;
import dev.berth.units.NodeId;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Writes the bundle that proves a final invoice, page by page: memory does not grow with the number of readings. */
@ApplicationScoped
public class Bundles {
    private static final int PAGE = 1_000;

    private final SubscriptionStore subscriptions;
    private final TariffStore tariffs;
    private final Billed billed;
    private final AddOnLines addOns;
    private final ReadingStore readings;
    private final PeriodStore periods;

    Bundles(
            SubscriptionStore subscriptions,
            TariffStore tariffs,
            Billed billed,
            AddOnLines addOns,
            ReadingStore readings,
            PeriodStore periods) {
        this.periods = periods;
        this.billed = billed;
        this.addOns = addOns;
        this.subscriptions = subscriptions;
        this.tariffs = tariffs;
        this.readings = readings;
    }

    /** The file as a download, written while it is sent. */
    public Response answer(Invoice invoice) {
        String name = invoice.issue().map(Invoice.Issue::label).orElse("draft");
        StreamingOutput body = out -> write(invoice, out);
        return Response.ok(body, "application/zip")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"invoice-" + name + "-bundle.zip\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** @param invoice a final one */
    public void write(Invoice invoice, OutputStream out) throws IOException {
        Map<InvoiceId, Then> thens = thens(invoice);
        Map<Place, Range> ranges = ranges(invoice);
        Map<UUID, Tariff> prices = prices(invoice);
        try (BundleZip zip = new BundleZip(new BufferedOutputStream(out))) {
            zip.file("README.txt", BundleText.README);
            zip.file("invoice.json", BundleText.head(invoice).json());
            for (Tariff tariff : prices.values()) {
                zip.file(TariffText.file(tariff.planVersion()), TariffText.json(tariff));
            }
            for (InvoiceLine line : invoice.lines()) {
                SubscriptionId id = line.subject().subscription();
                Then then = Objects.requireNonNull(thens.get(time(line, invoice)));
                Behind behind = new Behind(
                        subscriptions.begun(id).orElse(invoice.period().from()),
                        of(line, prices),
                        covered(line, then.extras().getOrDefault(id, Map.of())),
                        then.span().zone());
                zip.file(
                        BundleLine.file(line.n()), BundleText.line(line, behind).json());
            }
            for (Map.Entry<Place, Range> entry : ranges.entrySet()) {
                Place place = entry.getKey();
                zip.file(Rows.file(place.vps(), place.node()), file -> rows(place, entry.getValue(), file));
            }
            zip.finish();
        }
    }

    /**
     * What a line was computed with beside its readings.
     *
     * @param begun when its subscription did
     * @param extras what add-ons covered
     * @param zone in which months of the line's time begin and end
     */
    record Behind(Instant begun, Tariff tariff, Map<Meter, Ratio> extras, ZoneId zone) {}

    /** What the customer's cap took off surplus is what its line has included: its price includes nothing. */
    private static Map<Meter, Ratio> covered(InvoiceLine line, Map<Meter, Ratio> extras) {
        return line.what().meter().equals(Optional.of(Meter.CPU_SURPLUS))
                        && line.included().signum() > 0
                ? SurplusCaps.covering(extras, line.included())
                : extras;
    }

    /** A billing period, and what add-ons covered in it by subscription. */
    private record Then(Span span, Map<SubscriptionId, Map<Meter, Ratio>> extras) {}

    /** Whose time a line is of: the invoice's, or that of an earlier one which it corrects. */
    private static InvoiceId time(InvoiceLine line, Invoice invoice) {
        return line.what().corrects().map(InvoiceLine.Corrects::of).orElse(invoice.id());
    }

    private Map<InvoiceId, Then> thens(Invoice invoice) {
        Map<InvoiceId, Then> thens = new HashMap<>();
        for (InvoiceLine line : invoice.lines()) {
            thens.computeIfAbsent(time(line, invoice), id -> {
                Span span = periods.find(id).orElseThrow().span();
                return new Then(span, extras(invoice.account(), span));
            });
        }
        return thens;
    }

    private Map<SubscriptionId, Map<Meter, Ratio>> extras(AccountId account, Span span) {
        List<Subscribed> subscribed = billed.of(account, span.period());
        AddOnLines.Beside beside = addOns.beside(subscribed, span.period());
        Map<SubscriptionId, Map<Meter, Ratio>> extras = new HashMap<>();
        for (Subscribed one : subscribed) {
            one.within(span.period()).ifPresent(part -> extras.put(one.id(), beside.extras(one, part, span.zone())));
        }
        return extras;
    }

    private Map<UUID, Tariff> prices(Invoice invoice) {
        Map<UUID, Tariff> prices = new LinkedHashMap<>();
        invoice.lines().forEach(line -> prices.computeIfAbsent(line.subject().planVersion(), tariffs::tariff));
        return prices;
    }

    private static Tariff of(InvoiceLine line, Map<UUID, Tariff> prices) {
        return Objects.requireNonNull(prices.get(line.subject().planVersion()));
    }

    private record Place(UUID vps, NodeId node) {
        ContextId context() {
            return new ContextId(vps);
        }
    }

    private record Range(long first, long last) {
        Range with(Range other) {
            return new Range(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    /** Lines of one VPS share its readings. */
    private static Map<Place, Range> ranges(Invoice invoice) {
        Map<Place, Range> ranges = new LinkedHashMap<>();
        for (InvoiceLine line : invoice.lines()) {
            for (RatedInterval interval : line.intervals()) {
                interval.first()
                        .ifPresent(first -> ranges.merge(
                                new Place(line.subject().vpsId(), first.node()),
                                new Range(
                                        first.seq(),
                                        interval.last().orElse(first).seq()),
                                Range::with));
            }
        }
        return ranges;
    }

    private void rows(Place place, Range range, OutputStream file) throws IOException {
        String name = readings.nodeName(place.node());
        write(file, Rows.head(place.vps(), place.node(), name));
        Writer writer = new Writer(file);
        ReadingRef last = new ReadingRef(place.node(), range.last());
        // what comes after the last reading changes no byte, a counter that went back neither
        long from = readings.faulty(place.context(), last) ? 1 : range.first();
        while (from <= range.last()) {
            List<StoredReading> page =
                    readings.between(place.context(), new ReadingRef(place.node(), from), last, PAGE);
            for (StoredReading reading : page) {
                writer.reading(reading);
            }
            from = page.size() < PAGE ? Long.MAX_VALUE : page.getLast().ref().seq() + 1;
        }
    }

    private static void write(OutputStream file, String row) throws IOException {
        file.write(row.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes readings of one node with the batches they came in. */
    private final class Writer {
        private final OutputStream file;
        private final Inclusion.Maker inclusions = readings.inclusions();
        private final List<String> keys = new ArrayList<>();
        private long batchEnd;

        Writer(OutputStream file) {
            this.file = file;
        }

        void reading(StoredReading reading) throws IOException {
            Optional<JournalBatch> batch = inclusions.batch(reading.ref());
            if (batch.isPresent() && batch.get().lastSeq() != batchEnd) {
                open(batch.get());
            }
            long seq = reading.ref().seq();
            write(
                    file,
                    new Rows.Entry(
                                    seq,
                                    reading.effectiveAt().toEpochMilli(),
                                    reading.prevHash(),
                                    reading.hash(),
                                    inclusions.path(reading.ref()),
                                    JournalText.of(seq, reading.reading()))
                            .row());
        }

        private void open(JournalBatch batch) throws IOException {
            batchEnd = batch.lastSeq();
            int key = key(batch.publicKey());
            write(
                    file,
                    new Rows.Batch(
                                    batch.firstSeq(),
                                    batch.lastSeq(),
                                    key,
                                    batch.signature(),
                                    batch.root().map(JournalBatch.Root::from),
                                    batch.root().map(JournalBatch.Root::signature))
                            .row());
        }

        private int key(String der) throws IOException {
            if (!keys.contains(der)) {
                keys.add(der);
                write(file, Rows.key(keys.size(), der));
            }
            return keys.indexOf(der) + 1;
        }
    }
}
