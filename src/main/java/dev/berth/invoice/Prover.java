package dev.berth.invoice;

import dev.berth.invoice.Evidence.Proof;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.invoice.Recomputed.Difference;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.StoredReading;
import dev.berth.tax.TaxRow;
import dev.berth.tax.Treatment;
import dev.berth.units.ContextId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows what a line rests on, and computes invoices again. */
@ApplicationScoped
class Prover {
    private static final int BATCH = 5_000;

    private final ReadingStore readings;
    private final Drafts drafts;
    private final Taxation taxation;

    Prover(ReadingStore readings, Drafts drafts, Taxation taxation) {
        this.readings = readings;
        this.drafts = drafts;
        this.taxation = taxation;
    }

    Evidence evidence(Invoice invoice, InvoiceLine line) {
        List<Proof> proofs = line.intervals().stream()
                .map(interval -> proof(new ContextId(line.subject().vpsId()), interval))
                .toList();
        return new Evidence(invoice.id(), line, proofs);
    }

    private Proof proof(ContextId context, RatedInterval interval) {
        if (interval.first().isEmpty() || interval.last().isEmpty()) {
            return new Proof(interval, List.of(), Optional.empty(), Optional.empty(), true);
        }
        ReadingRef first = interval.first().get();
        ReadingRef last = interval.last().get();
        List<StoredReading> some = readings.between(context, first, last, Evidence.MAX_READINGS);
        boolean complete = some.isEmpty() || some.getLast().ref().equals(last);
        List<StoredReading> shown = new ArrayList<>(some);
        if (!complete) {
            readings.find(last).ifPresent(shown::add);
        }
        return new Proof(interval, shown, readings.batchOf(first), readings.batchOf(last), complete);
    }

    /** Compares a final invoice with one that is computed anew from readings, history and tariffs. */
    Recomputed recompute(Invoice invoice) {
        List<Difference> differences = new ArrayList<>();
        Map<String, InvoiceLine> anew = new LinkedHashMap<>();
        drafts.lines(invoice.account(), invoice.totals().net().currency(), new Span(invoice.period(), invoice.zone()))
                .forEach(line -> anew.put(line.key(), line));
        for (InvoiceLine line : invoice.lines()) {
            brokenReading(line).ifPresent(what -> differences.add(new Difference(line.n(), what)));
            InvoiceLine other = anew.remove(line.key());
            difference(line, other == null ? Optional.empty() : Optional.of(other))
                    .ifPresent(what -> differences.add(new Difference(line.n(), what)));
        }
        anew.values().forEach(line -> differences.add(new Difference(0, "a line is missing: " + line.what())));
        sums(invoice).ifPresent(what -> differences.add(new Difference(0, what)));
        tax(invoice).forEach(what -> differences.add(new Difference(0, what)));
        return new Recomputed(invoice.id(), invoice.lines().size(), differences);
    }

    private static Optional<String> sums(Invoice invoice) {
        Totals billed = invoice.totals();
        Money net = Totals.net(invoice.lines(), billed.net().currency());
        Totals totals = Totals.of(billed.taxes(), billed.net().currency());
        return net.equals(billed.net()) && totals.equals(billed)
                ? Optional.empty()
                : Optional.of("the lines sum to %s, the tax rows to %s, not %s".formatted(net, totals, billed));
    }

    /** Each row's tax by its own rate, and each rate by what the parties were when the invoice was issued. */
    private List<String> tax(Invoice invoice) {
        List<String> differences = new ArrayList<>();
        Optional<Treatment> again = taxation.again(invoice);
        for (TaxRow row : invoice.totals().taxes()) {
            TaxRow now = TaxRow.of(row.treatment(), row.base());
            if (!now.equals(row)) {
                differences.add("tax on %s was %s, is %s".formatted(row.base(), row.tax(), now.tax()));
            }
            if (again.isPresent() && !again.get().equals(row.treatment())) {
                differences.add("tax was decided as %s, is %s".formatted(row.treatment(), again.get()));
            }
        }
        return differences;
    }

    private static Optional<String> difference(InvoiceLine billed, Optional<InvoiceLine> anew) {
        if (anew.isEmpty()) {
            return Optional.of("nothing is due for it any more");
        }
        InvoiceLine now = anew.get();
        if (!billed.quantity().equals(now.quantity())) {
            return Optional.of("quantity was %s, is %s".formatted(billed.quantity(), now.quantity()));
        }
        if (billed.exact().compareTo(now.exact()) != 0 || billed.carriedIn().compareTo(now.carriedIn()) != 0) {
            return Optional.of("exact amount was %s, is %s".formatted(billed.exact(), now.exact()));
        }
        return billed.amount().equals(now.amount())
                ? Optional.empty()
                : Optional.of("amount was %s, is %s".formatted(billed.amount(), now.amount()));
    }

    /** Every reading of the line's intervals must still be what its hash says. */
    private Optional<String> brokenReading(InvoiceLine line) {
        ContextId context = new ContextId(line.subject().vpsId());
        for (RatedInterval interval : line.intervals()) {
            if (interval.first().isPresent() && interval.last().isPresent()) {
                Optional<String> broken =
                        broken(context, interval.first().get(), interval.last().get());
                if (broken.isPresent()) {
                    return broken;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> broken(ContextId context, ReadingRef first, ReadingRef last) {
        ReadingRef from = first;
        while (true) {
            List<StoredReading> batch = readings.between(context, from, last, BATCH);
            Optional<StoredReading> broken =
                    batch.stream().filter(r -> !r.intact()).findFirst();
            if (broken.isPresent() || batch.size() < BATCH) {
                return broken.map(r -> "reading %s was changed".formatted(r.ref()));
            }
            from = new ReadingRef(first.node(), batch.getLast().ref().seq() + 1);
        }
    }
}
