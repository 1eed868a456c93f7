package dev.berth.invoice;

import dev.berth.catalog.AddOn;
import dev.berth.invoice.AddOnStore.Had;
import dev.berth.metering.Meter;
import dev.berth.rating.AddOnPrice;
import dev.berth.rating.AddOnPrice.Part;
import dev.berth.rating.AddOnPrice.Stretch;
import dev.berth.rating.Extra;
import dev.berth.rating.Held;
import dev.berth.rating.Held.Cover;
import dev.berth.rating.Pauses;
import dev.berth.rating.RatedLine;
import dev.berth.rating.Slice;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What add-ons beside a subscription cost and cover. Writes nothing. */
@ApplicationScoped
class AddOnLines {
    private final AddOnStore store;

    AddOnLines(AddOnStore store) {
        this.store = store;
    }

    /** Add-ons of VPS in a period; of each the parts in which it was beside a subscription are paid. */
    record Beside(List<Had> all) {
        Beside {
            all = List.copyOf(all);
        }

        List<Had> of(Subscribed one, Period part) {
            return all.stream()
                    .filter(had -> had.vpsId().equals(one.vpsId()))
                    .filter(had -> had.account().equals(one.account()))
                    .filter(had -> had.within(part).isPresent())
                    .toList();
        }

        /** What of a VPS' addresses costs nothing for one of its add-ons: those that the plan's fee and add-ons before it pay for. */
        List<Cover> before(Had had, Subscribed one, Period within, long ofPlan) {
            List<Cover> covers = new ArrayList<>(List.of(new Cover(within, ofPlan)));
            for (Had other : of(one, within)) {
                if (other.id().equals(had.id())) {
                    break;
                }
                if (other.kind() == AddOn.Kind.ADDRESS) {
                    covers.add(new Cover(other.within(within).orElseThrow(), other.addresses()));
                }
            }
            return covers;
        }

        /** What they cover of meters beside the plan's allowance. */
        Map<Meter, Ratio> extras(Subscribed one, Period part, ZoneId zone) {
            List<Extra> extras = new ArrayList<>();
            for (Had had : of(one, part)) {
                Optional<Period> within = had.within(part);
                if (had.meter().isPresent() && within.isPresent()) {
                    BigInteger perMonth = had.quantity().multiply(BigInteger.valueOf(had.units()));
                    extras.add(new Extra(had.meter().get(), perMonth, within.get()));
                }
            }
            return Extra.sum(extras, zone);
        }
    }

    Beside beside(List<Subscribed> subscribed, Period period) {
        List<UUID> vps = subscribed.stream().map(Subscribed::vpsId).distinct().toList();
        return new Beside(store.of(vps, period));
    }

    /** @param intervals what the quantity was counted from */
    record Rated(UUID addOn, RatedLine line, List<RatedInterval> intervals) {}

    /**
     * Beside a reseller's plan at its prices, where it has set one; everywhere else at the house's.
     *
     * @param slice of the plan beside which they were: what pauses its fees pauses theirs
     */
    List<Rated> rate(Slice slice, Subscribed one, Beside beside) {
        List<Rated> lines = new ArrayList<>();
        boolean retail = one.wholesale().isPresent();
        List<Had> paid = beside.of(one, slice.period()).stream()
                .filter(had -> !retail || had.resold())
                .toList();
        for (Had had : paid) {
            AddOnPrice price = retail ? had.price() : had.below();
            Period within = had.within(slice.period()).orElseThrow();
            boolean pack = had.kind() == AddOn.Kind.CPU_CREDIT;
            List<Stretch> stretches =
                    pack ? List.of() : Pauses.without(stretches(one, had, within, beside), slice.paused());
            int newUnits = within.contains(had.from()) ? had.newUnits() : 0;
            // what was bought once lies in the part in which it was, whatever was on its other side
            Part rated = new Part(one.id(), pack ? slice.period() : within, stretches, newUnits, slice.zone());
            for (RatedLine line : pack ? price.bought(rated) : price.rate(rated)) {
                lines.add(new Rated(had.id(), line, intervals(line, stretches)));
            }
        }
        return List.copyOf(lines);
    }

    /** An address is paid by one of several add-ons: by the one that was had first. */
    private List<Stretch> stretches(Subscribed one, Had had, Period within, Beside beside) {
        if (had.kind() != AddOn.Kind.ADDRESS) {
            return List.of(new Stretch(within, BigInteger.valueOf(had.units())));
        }
        List<Cover> covers = beside.before(had, one, within, store.addressesOfPlan(one.planVersion()));
        return Held.beyond(store.addresses(one.vpsId(), within), within, covers, had.addresses());
    }

    /** Of a set-up, or where there was nothing to count: the time that was looked at. */
    private static List<RatedInterval> intervals(RatedLine line, List<Stretch> stretches) {
        boolean monthly = line.tariffLine().price().model().equals("RECURRING");
        if (!monthly || stretches.isEmpty()) {
            return List.of(interval(line.period(), line.quantity()));
        }
        return stretches.stream()
                .map(stretch -> interval(stretch.period(), stretch.unitSeconds()))
                .toList();
    }

    private static RatedInterval interval(Period period, BigInteger quantity) {
        return new RatedInterval(period, quantity, Optional.empty(), Optional.empty(), 0);
    }
}
