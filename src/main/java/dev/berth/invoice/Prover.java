package dev.berth.invoice;

import dev.berth.invoice.Evidence.Proof;
import dev.berth.invoice.Evidence.Shown;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.invoice.Recomputed.Difference;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.store.Inclusion;
import dev.berth.metering.store.ReadingAudit;
import dev.berth.metering.store.ReadingAudit.Fault;
import dev.berth.metering.store.ReadingStore;
import dev.berth.metering.store.StoredReading;
import dev.berth.platform.Problem;
import dev.berth.tax.TaxRow;
import dev.berth.tax.Treatment;
import dev.berth.units.ContextId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows what a line rests on, and computes invoices again. */
@ApplicationScoped
class Prover {
    private final ReadingStore readings;
    private final ReadingAudit audit;
    private final Bills bills;
    private final Taxation taxation;
    private final PeriodStore periods;

    Prover(ReadingStore readings, ReadingAudit audit, Bills bills, Taxation taxation, PeriodStore periods) {
        this.periods = periods;
        this.readings = readings;
        this.audit = audit;
        this.bills = bills;
        this.taxation = taxation;
    }

    /** @throws Problem 404 when the line has no such interval */
    Evidence evidence(Invoice invoice, InvoiceLine line, Evidence.Ask ask) {
        List<Proof> proofs = new ArrayList<>();
        for (int n = 1; n <= line.intervals().size(); n++) {
            if (ask.wants(n)) {
                proofs.add(proof(line, n, ask));
            }
        }
        if (proofs.isEmpty() && ask.interval().isPresent()) {
            throw Problem.notFound("interval");
        }
        return new Evidence(invoice.id(), line, proofs);
    }

    private Proof proof(InvoiceLine line, int n, Evidence.Ask ask) {
        RatedInterval interval = line.intervals().get(n - 1);
        if (interval.first().isEmpty() || interval.last().isEmpty()) {
            return new Proof(n, interval, "", List.of(), Optional.empty(), Optional.empty(), true, Optional.empty());
        }
        ReadingRef first = interval.first().get();
        ReadingRef last = interval.last().get();
        ReadingRef from = ask.after() < first.seq() ? first : new ReadingRef(first.node(), ask.after() + 1);
        ContextId context = new ContextId(line.subject().vpsId());
        List<StoredReading> some = readings.between(context, from, last, ask.limit());
        boolean atEnd = some.isEmpty() || some.getLast().ref().equals(last);
        List<Shown> shown = new ArrayList<>();
        Inclusion.Maker inclusions = readings.inclusions();
        some.forEach(reading -> shown.add(new Shown(reading, inclusions.of(reading.ref()))));
        if (!atEnd && from.equals(first)) {
            readings.find(last).ifPresent(end -> shown.add(new Shown(end, inclusions.of(last))));
        }
        return new Proof(
                n,
                interval,
                readings.nodeName(first.node()),
                shown,
                readings.batchOf(first),
                readings.batchOf(last),
                atEnd && from.equals(first),
                atEnd
                        ? Optional.empty()
                        : Optional.of(Long.toString(some.getLast().ref().seq())));
    }

    /** Compares a final invoice with one that is computed anew from readings, history and tariffs. */
    Recomputed recompute(Invoice invoice) {
        List<Difference> differences = new ArrayList<>();
        Map<Stretch, List<Fault>> checked = new HashMap<>();
        for (InvoiceLine line : invoice.lines()) {
            faults(line, checked).forEach(fault -> differences.add(new Difference(line.n(), fault.toString())));
        }
        try {
            compare(invoice, differences);
        } catch (IllegalStateException | IllegalArgumentException | ArithmeticException e) {
            differences.add(new Difference(0, "it cannot be computed any more: " + e.getMessage()));
        }
        return new Recomputed(invoice.id(), invoice.lines().size(), differences);
    }

    private void compare(Invoice invoice, List<Difference> differences) {
        Map<String, InvoiceLine> anew = new LinkedHashMap<>();
        DuePeriod closed = periods.find(invoice.id()).orElseThrow();
        bills.of(closed, invoice.totals().net().currency(), closed.span())
                .lines()
                .forEach(line -> anew.put(line.key(), line));
        for (InvoiceLine line : invoice.lines()) {
            InvoiceLine other = anew.remove(line.key());
            difference(line, other == null ? Optional.empty() : Optional.of(other))
                    .ifPresent(what -> differences.add(new Difference(line.n(), what)));
        }
        anew.values().forEach(line -> differences.add(new Difference(0, "a line is missing: " + line.what())));
        sums(invoice).ifPresent(what -> differences.add(new Difference(0, what)));
        tax(invoice).forEach(what -> differences.add(new Difference(0, what)));
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

    /** Readings that several lines rest on are checked once. */
    private record Stretch(ContextId context, ReadingRef first, ReadingRef last) {}

    /** Every reading of the line's intervals must still be what its node signed. */
    private List<Fault> faults(InvoiceLine line, Map<Stretch, List<Fault>> checked) {
        ContextId context = new ContextId(line.subject().vpsId());
        List<Fault> faults = new ArrayList<>();
        for (RatedInterval interval : line.intervals()) {
            if (interval.first().isPresent() && interval.last().isPresent()) {
                Stretch stretch = new Stretch(
                        context, interval.first().get(), interval.last().get());
                faults.addAll(checked.computeIfAbsent(stretch, s -> audit.faults(s.context(), s.first(), s.last())));
            }
        }
        return faults;
    }
}
