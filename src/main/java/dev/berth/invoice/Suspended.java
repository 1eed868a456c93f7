package dev.berth.invoice;

import dev.berth.platform.Database;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** When VPS were suspended, read from history: fees for time stand still then, where the billing period says so. */
@ApplicationScoped
class Suspended {
    private final Database database;

    Suspended(Database database) {
        this.database = database;
    }

    /** Of each VPS when it was held back within a billing period, for whatever cause; stretches may overlap. */
    record Pauses(Map<UUID, List<Period>> byVps) {
        Pauses {
            byVps = Map.copyOf(byVps);
        }

        List<Period> of(Subscribed one) {
            return byVps.getOrDefault(one.vpsId(), List.of());
        }
    }

    private record Hold(UUID vps, Period period) {}

    /** A hold that is open lasts to the period's end as far as it is billed, and none ends before it began. */
    Pauses pauses(List<Subscribed> subscribed, Span span) {
        List<UUID> vps = subscribed.stream().map(Subscribed::vpsId).distinct().toList();
        if (vps.isEmpty() || span.whileSuspended() == WhileSuspended.BILL) {
            return new Pauses(Map.of());
        }
        Period period = span.period();
        List<Object> values = new ArrayList<>();
        values.add(period.to());
        values.addAll(vps);
        values.add(period.to());
        values.add(period.from());
        Map<UUID, List<Period>> byVps = new HashMap<>();
        database.list(
                        "SELECT vps_id, valid_from, COALESCE(valid_to, ?) AS ended FROM vps_suspension WHERE vps_id IN ("
                                + String.join(", ", Collections.nCopies(vps.size(), "?"))
                                + ") AND valid_from < ? AND (valid_to IS NULL OR (valid_to > ? AND valid_to > valid_from))"
                                + " ORDER BY valid_from, id",
                        row -> new Hold(
                                row.uuid("vps_id"), new Period(row.instant("valid_from"), row.instant("ended"))),
                        values.toArray())
                .forEach(hold -> byVps.computeIfAbsent(hold.vps(), _ -> new ArrayList<>())
                        .add(hold.period()));
        return new Pauses(byVps);
    }
}
