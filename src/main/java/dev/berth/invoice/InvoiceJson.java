package dev.berth.invoice;

import dev.berth.contract.Readings;
import dev.berth.metering.Meter;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.store.Inclusion;
import dev.berth.metering.store.ReadingStore.SignedBatch;
import dev.berth.metering.store.StoredReading;
import dev.berth.party.PostalAddress;
import dev.berth.tax.TaxCategory;
import dev.berth.tax.TaxRow;
import dev.berth.tax.VatRule;
import dev.berth.units.Amount;
import java.math.BigInteger;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Bills as the API shows them: ids as text, money as decimal text with its currency, quantities in base units. */
final class InvoiceJson {
    private InvoiceJson() {}

    record Summary(
            UUID id,
            UUID accountId,
            String state,
            String number,
            Instant periodFrom,
            Instant periodTo,
            Instant issuedAt,
            Instant dueAt,
            Optional<Instant> paidAt,
            Amount total) {
        static Summary of(Invoice.Summary s) {
            return new Summary(
                    s.id().value(),
                    s.account().value(),
                    s.state().name(),
                    s.issue().label(),
                    s.period().from(),
                    s.period().to(),
                    s.issue().issuedAt(),
                    s.issue().dueAt(),
                    s.issue().paidAt(),
                    Amount.of(s.total()));
        }
    }

    /** @param until a draft covers its period up to here */
    record Full(
            UUID id,
            UUID accountId,
            String state,
            Optional<String> number,
            Instant periodFrom,
            Instant periodTo,
            Instant until,
            Optional<Instant> issuedAt,
            Optional<Instant> dueAt,
            Optional<Instant> paidAt,
            Amount net,
            int taxBasisPoints,
            Amount tax,
            List<Tax> taxes,
            Amount total,
            Party seller,
            Party buyer,
            String timeZone,
            List<Line> lines,
            Optional<String> waitingFor) {
        static Full of(Invoice i) {
            Invoice.Parties parties = i.parties();
            return new Full(
                    i.id().value(),
                    i.account().value(),
                    i.state().name(),
                    i.issue().map(Invoice.Issue::label),
                    i.period().from(),
                    i.period().to(),
                    i.until(),
                    i.issue().map(Invoice.Issue::issuedAt),
                    i.issue().map(Invoice.Issue::dueAt),
                    i.issue().flatMap(Invoice.Issue::paidAt),
                    Amount.of(i.totals().net()),
                    i.totals().taxBasisPoints(),
                    Amount.of(i.totals().tax()),
                    i.totals().taxes().stream().map(Tax::of).toList(),
                    Amount.of(i.totals().total()),
                    Party.of(parties.seller()),
                    Party.of(parties.buyer()),
                    i.zone().getId(),
                    i.lines().stream().map(Line::of).toList(),
                    i.waitingFor());
        }
    }

    /**
     * @param taxId VAT id, or the number of the tax office
     * @param country ISO 3166-1 alpha-2
     */
    record Party(
            String name,
            Optional<String> taxId,
            Optional<String> email,
            List<String> street,
            String postalCode,
            String city,
            String country) {
        static Party of(Invoice.SellerParty s) {
            return of(s.name(), s.vatId().or(s::taxNumber), s.mailSender(), s.address());
        }

        static Party of(Invoice.BuyerParty b) {
            return of(b.name(), b.vat().id(), Optional.of(b.email()), b.address());
        }

        private static Party of(String name, Optional<String> taxId, Optional<String> email, PostalAddress a) {
            return new Party(
                    name,
                    taxId,
                    email,
                    a.street(),
                    a.postalCode(),
                    a.city(),
                    a.country().code());
        }
    }

    /**
     * @param category code of EN 16931: S, Z, E, AE, G or O
     * @param country whose tax it is
     * @param rule why
     * @param note what the invoice says of it; empty for nothing
     */
    record Tax(
            TaxCategory category, int basisPoints, String country, VatRule rule, String note, Amount base, Amount tax) {
        static Tax of(TaxRow row) {
            return new Tax(
                    row.treatment().category(),
                    row.treatment().basisPoints(),
                    row.treatment().country().code(),
                    row.treatment().rule(),
                    row.treatment().rule().note(),
                    Amount.of(row.base()),
                    Amount.of(row.tax()));
        }
    }

    /**
     * @param exact major units before rounding, twelve decimals
     * @param carriedIn fraction of a cent that the same line left over last time
     * @param addOnSubscriptionId of a line for an add-on
     * @param couponRedemptionId of a discount
     * @param discountsLine number of the line that a discount makes smaller
     * @param correctsInvoiceId of a correction: whose time it is of; also that of a period for which nothing was due
     * @param correctsInvoice number of that invoice
     * @param correctsLine number of the line there
     */
    record Line(
            int n,
            UUID subscriptionId,
            UUID vpsId,
            String hostname,
            String plan,
            UUID planVersionId,
            String model,
            Optional<Meter> meter,
            String label,
            BigInteger quantity,
            BigInteger included,
            String baseUnit,
            BigInteger unitQuantity,
            String unitLabel,
            String unitPrice,
            String exact,
            String carriedIn,
            Amount amount,
            Optional<UUID> addOnSubscriptionId,
            Optional<UUID> couponRedemptionId,
            Optional<Integer> discountsLine,
            Optional<UUID> correctsInvoiceId,
            Optional<String> correctsInvoice,
            Optional<Integer> correctsLine) {
        static Line of(InvoiceLine l) {
            InvoiceLine.What what = l.what();
            return new Line(
                    l.n(),
                    l.subject().subscription().value(),
                    l.subject().vpsId(),
                    l.subject().hostname(),
                    l.subject().planName(),
                    l.subject().planVersion(),
                    what.model(),
                    what.meter(),
                    what.label(),
                    l.quantity(),
                    l.included(),
                    what.meter()
                            .map(Meter::baseUnit)
                            .orElse(
                                    what.model().equals("RECURRING")
                                                    || what.model().equals(InvoiceLine.ADD_ON)
                                            ? "s"
                                            : "1"),
                    what.unitQuantity(),
                    what.unitLabel(),
                    what.unitPrice().toPlainString(),
                    l.exact().toPlainString(),
                    l.carriedIn().toPlainString(),
                    Amount.of(l.amount()),
                    what.addOn(),
                    what.off().map(InvoiceLine.Off::redemption),
                    what.off().map(InvoiceLine.Off::line),
                    what.corrects().map(earlier -> earlier.of().value()),
                    what.corrects().flatMap(InvoiceLine.Corrects::number),
                    what.corrects().flatMap(InvoiceLine.Corrects::line));
        }
    }

    record Proofs(UUID invoiceId, Line line, List<Interval> intervals) {
        static Proofs of(Evidence e) {
            return new Proofs(
                    e.invoice().value(),
                    Line.of(e.line()),
                    e.proofs().stream().map(Interval::of).toList());
        }
    }

    /**
     * @param n its place, for further readings
     * @param takenOff of a correction: what was counted when the earlier invoice was computed
     * @param complete whether the readings are all there are; else the first ones and the last, or a further page
     * @param nextCursor of the readings that follow; empty at the end
     */
    record Interval(
            int n,
            Instant from,
            Instant to,
            BigInteger quantity,
            boolean takenOff,
            int gaps,
            boolean complete,
            List<Reading> readings,
            Optional<SignedBatch> firstBatch,
            Optional<SignedBatch> lastBatch,
            Optional<String> nextCursor) {
        static Interval of(Evidence.Proof p) {
            return new Interval(
                    p.n(),
                    p.interval().period().from(),
                    p.interval().period().to(),
                    p.interval().quantity(),
                    p.interval().before(),
                    p.interval().gaps(),
                    p.complete(),
                    p.readings().stream().map(Reading::of).toList(),
                    p.firstBatch(),
                    p.lastBatch(),
                    p.next());
        }
    }

    /**
     * @param intact whether the content still is what the hash says
     * @param inclusion its way to the root that the node signed; empty from a node that signs none
     */
    record Reading(
            UUID nodeId,
            long seq,
            Readings.Reading record,
            Instant effectiveAt,
            String prevHash,
            String hash,
            boolean intact,
            Optional<Inclusion> inclusion) {
        static Reading of(Evidence.Shown shown) {
            StoredReading r = shown.stored();
            ReadingRef ref = r.ref();
            return new Reading(
                    ref.node().value(),
                    ref.seq(),
                    r.reading(),
                    r.effectiveAt(),
                    r.prevHash(),
                    r.hash(),
                    r.intact(),
                    shown.inclusion());
        }
    }

    record Recomputation(UUID invoiceId, boolean same, int lines, List<Recomputed.Difference> differences) {
        static Recomputation of(Recomputed r) {
            return new Recomputation(r.invoice().value(), r.same(), r.lines(), r.differences());
        }
    }

    /** @param quantities in each meter's base unit */
    record Usage(
            UUID vpsId,
            Instant periodFrom,
            Instant periodTo,
            Instant until,
            Optional<Instant> measuredUntil,
            Map<Meter, BigInteger> quantities,
            Map<Meter, String> baseUnits,
            List<Line> lines,
            Amount net) {
        static Usage of(VpsUsage u) {
            Map<Meter, String> units = new EnumMap<>(Meter.class);
            u.quantities().keySet().forEach(meter -> units.put(meter, meter.baseUnit()));
            return new Usage(
                    u.vpsId(),
                    u.period().from(),
                    u.period().to(),
                    u.until(),
                    u.measuredUntil(),
                    u.quantities(),
                    units,
                    u.lines().stream().map(Line::of).toList(),
                    Amount.of(u.net()));
        }
    }

    /** @param failed whether computing it failed; else the gate is shut */
    record Parked(
            UUID id,
            UUID accountId,
            Instant periodFrom,
            Instant periodTo,
            String reason,
            boolean failed,
            int attempts) {
        static Parked of(BillingService.Parked p) {
            return new Parked(
                    p.id().value(),
                    p.account().value(),
                    p.period().from(),
                    p.period().to(),
                    p.reason(),
                    p.failed(),
                    p.attempts());
        }
    }

    record WaitingPeriod(
            UUID id,
            UUID accountId,
            Instant periodFrom,
            Instant periodTo,
            Optional<String> parkedBecause,
            List<String> reasons,
            int attempts,
            Optional<String> released) {
        static WaitingPeriod of(Releases.Waiting w) {
            return new WaitingPeriod(
                    w.id().value(),
                    w.account().value(),
                    w.period().from(),
                    w.period().to(),
                    w.parkedBecause(),
                    w.reasons(),
                    w.attempts(),
                    w.released());
        }
    }
}
