package dev.berth.vps;

import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.vps.Vps.Suspension.How;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;

/** What staff and the suspension ladder did to a VPS at times that are over. */
@ApplicationScoped
public class PastHolds {
    private static final Caller LADDER = Caller.system("ladder");
    private static final Caller STAFF = new Caller("user:sam", "Sam", "", Set.of(Role.SUPPORT));

    private final Database database;
    private final Transactions transactions;
    private final VpsService service;

    PastHolds(Database database, Transactions transactions, VpsService service) {
        this.database = database;
        this.transactions = transactions;
        this.service = service;
    }

    private Suspensions at(Instant then) {
        return new Suspensions(database, transactions, service, InstantSource.fixed(then));
    }

    public void ladder(UUID vps, How how, Instant then) {
        var _ = at(then).hold(LADDER, vps, how, "invoice 7 is overdue").orElseThrow();
    }

    public void paid(UUID vps, Instant then) {
        var _ = at(then).release(LADDER, vps, "paid").orElseThrow();
    }

    public void staff(UUID vps, Instant then) {
        var _ = at(then).suspend(STAFF, vps, How.STOP, "abuse");
    }

    public void settled(UUID vps, Instant then) {
        var _ = at(then).resume(STAFF, vps, "settled");
    }
}
