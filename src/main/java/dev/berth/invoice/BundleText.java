package dev.berth.invoice;

import dev.berth.evidence.BundleHead;
import dev.berth.evidence.BundleLine;
import dev.berth.metering.Meter;
import dev.berth.metering.ReadingRef;
import dev.berth.rating.Tariff;
import dev.berth.units.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What a bundle says of an invoice and its lines. */
final class BundleText {
    static final String README = """
            This file proves an invoice: how each line comes from readings of the node's meters.

            What is in it
              invoice.json     the invoice: period, time zone, sums, seller and buyer
              lines/           each line with its quantity, exact price, what was carried in from the last time,
                               and the readings it rests on (node, first and last record). "basis" PORTAL: no price
                               of the plan, as an add-on or a discount; it rests on the portal's records. "extras": what add-ons
                               cover of a meter, and of surplus what is beyond the customer's cap, by the portal's records too. A fee
                               for time has an interval for each stretch; where its quantity is 0 the VPS was suspended, by the
                               portal's records, and nothing is charged.
                               A correction is of an earlier invoice, for which readings came late: what is counted with
                               them, less the intervals "takenOff", which it was made of
              tariffs/         the prices that were in force for it
              readings/        a file for each VPS and node. "key": a public key of the node. "batch": records that
                               the node sent and signed together. "reading": one record: number, the time it is
                               charged by, hash of the record before, its own hash, the path from its hash to the root
                               that the node signed, and its text, which the hash is over.
              manifest.txt     SHA-256 of each file (sha256sum -c manifest.txt)

            How to check it
              ./berth verify THIS-FILE.zip
            The command is part of Berth, whose source is open. It needs a JDK, and neither network nor database. It checks
            each file, each reading's hash, its path to the node's signature, and computes each line again.

            What it proves
              A reading with a path is what the node wrote: nobody without the node's key can change, add or move it. The
              records of other customers are hidden behind hashes. A reading without a path ("-") came from a node that did
              not sign roots yet: its text fits its hash, but that it came from the node is the portal's word, unless it
              ends a batch or leads, record by record, to one that does.
              It does not prove that whoever controls the node was honest. Compare the keys with those your provider names.
            """;

    private BundleText() {}

    static BundleHead head(Invoice invoice) {
        Invoice.Totals totals = invoice.totals();
        Optional<Invoice.Issue> issue = invoice.issue();
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("seller", invoice.parties().sellerName());
        shown.put("buyer", invoice.parties().buyerName());
        shown.put("accountId", invoice.account().toString());
        issue.ifPresent(i -> shown.put("issuedAt", i.issuedAt().toString()));
        issue.ifPresent(i -> shown.put("dueAt", i.dueAt().toString()));
        return new BundleHead(
                invoice.id().value(),
                issue.map(Invoice.Issue::label).orElse("draft"),
                invoice.period(),
                invoice.zone(),
                totals.net(),
                totals.tax(),
                totals.total(),
                totals.taxes().stream()
                        .map(row -> new BundleHead.Tax(row.treatment().basisPoints(), row.base(), row.tax()))
                        .toList(),
                invoice.lines().size(),
                shown);
    }

    static BundleLine line(InvoiceLine line, Bundles.Behind behind) {
        InvoiceLine.Subject subject = line.subject();
        InvoiceLine.What what = line.what();
        UUID vps = subject.vpsId();
        return new BundleLine(
                line.n(),
                new BundleLine.Subject(
                        subject.subscription().value(),
                        vps,
                        subject.hostname(),
                        subject.planVersion(),
                        subject.planName(),
                        behind.begun()),
                new BundleLine.Priced(
                        what.position(),
                        what.model(),
                        what.meter(),
                        what.label(),
                        what.unitLabel(),
                        what.unitQuantity(),
                        what.unitPrice()),
                line.quantity(),
                line.included(),
                line.exact(),
                line.carriedIn(),
                line.amount().decimal(),
                nodes(line),
                line.intervals().stream().map(BundleText::interval).toList(),
                basis(what, behind.tariff()),
                what.addOn().isPresent() ? Map.of() : behind.extras(),
                what.corrects()
                        .map(earlier ->
                                new BundleLine.Corrects(earlier.of().value(), earlier.number(), behind.zone())));
    }

    private static BundleLine.Basis basis(InvoiceLine.What what, Tariff tariff) {
        // a correction does not say what a cap covered at each of its two times
        boolean twice = what.corrects().isPresent() && what.meter().equals(Optional.of(Meter.CPU_SURPLUS));
        boolean priced = what.addOn().isEmpty()
                && what.redemption().isEmpty()
                && !twice
                && tariff.lines().stream()
                        .anyMatch(line -> line.position() == what.position()
                                && (line.price().model().equals(what.model())
                                        || what.corrects().isPresent())
                                && line.label().equals(what.label()));
        return priced ? BundleLine.Basis.TARIFF : BundleLine.Basis.PORTAL;
    }

    private static List<NodeId> nodes(InvoiceLine line) {
        return line.intervals().stream()
                .flatMap(interval -> interval.first().stream())
                .map(ReadingRef::node)
                .distinct()
                .toList();
    }

    private static BundleLine.Interval interval(RatedInterval interval) {
        return new BundleLine.Interval(
                interval.period(),
                interval.quantity(),
                interval.first().map(ReadingRef::node),
                interval.first().map(ReadingRef::seq).orElse(0L),
                interval.last().map(ReadingRef::seq).orElse(0L),
                interval.gaps(),
                interval.before());
    }
}
