package dev.berth.reconcile;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What does not fit: kept, shown to staff, and told to the gate of the bill run. */
@ApplicationScoped
public class Findings {
    /** Shown at once. */
    private static final int MAX_LISTED = 500;

    private final Database database;
    private final Transactions transactions;
    private final AuditService audit;
    private final InstantSource clock;

    Findings(Database database, Transactions transactions, AuditService audit, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    /** Opens a finding, or says that an open one was seen again. */
    void note(Seen seen) {
        Instant now = clock.instant();
        database.update(
                "INSERT INTO reconciliation_finding (id, kind, subject, detail, account_id, vps_id, node_id, since,"
                        + " first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE last_seen_at = GREATEST(last_seen_at, VALUES(last_seen_at)),"
                        + " detail = VALUES(detail)",
                Ids.next(clock),
                seen.kind(),
                seen.subject(),
                seen.detail(),
                seen.account(),
                seen.vps(),
                seen.node(),
                seen.since(),
                now,
                now);
    }

    /** What is looked for anew each time and was not seen since this moment fits again. */
    void resolveUnseenSince(Instant begun) {
        for (FindingKind kind : FindingKind.values()) {
            if (kind.lasting()) {
                database.update(
                        "UPDATE reconciliation_finding SET resolved_at = ? WHERE kind = ? AND resolved_at IS NULL"
                                + " AND last_seen_at < ?",
                        clock.instant(),
                        kind,
                        begun);
            }
        }
    }

    /** For the gate: what is open of an account and began before the end of what is to be billed, oldest first. */
    public List<String> holding(AccountId account, Instant before) {
        return database.list(
                "SELECT detail FROM reconciliation_finding WHERE account_id = ? AND resolved_at IS NULL"
                        + " AND accepted_at IS NULL AND since < ? ORDER BY since, id LIMIT " + MAX_LISTED,
                row -> row.text("detail"),
                account.value(),
                before);
    }

    /** Staff: what is open, or ended not long ago; what holds bills first, then the newest. */
    public List<Finding> list(Caller caller) {
        Tenancy.requireStaff(caller);
        return database.list(
                "SELECT " + Finding.COLUMNS + " FROM reconciliation_finding ORDER BY resolved_at IS NOT NULL,"
                        + " accepted_at IS NOT NULL, account_id IS NULL, last_seen_at DESC, id LIMIT " + MAX_LISTED,
                Finding::of);
    }

    /** How many hold bills now, for the staff's first page. */
    public long open() {
        return database.number("SELECT COUNT(*) AS n FROM reconciliation_finding WHERE resolved_at IS NULL"
                + " AND accepted_at IS NULL AND account_id IS NOT NULL");
    }

    /** @throws Problem 404 when there is none */
    public Finding get(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        return find(id).orElseThrow(() -> Problem.notFound("finding"));
    }

    private Optional<Finding> find(UUID id) {
        return database.one("SELECT " + Finding.COLUMNS + " FROM reconciliation_finding WHERE id = ?", Finding::of, id);
    }

    /**
     * Staff settle that it holds nobody's bill.
     *
     * @throws Problem 409 when it fits again, or was accepted before
     */
    public Finding accept(Caller caller, UUID id, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String because = faults.text("reason", reason, 500);
        faults.throwIfAny();
        return transactions.run(() -> {
            Finding finding = get(caller, id);
            int accepted = database.update(
                    "UPDATE reconciliation_finding SET accepted_at = ?, accepted_by = ?, accepted_because = ?"
                            + " WHERE id = ? AND resolved_at IS NULL AND accepted_at IS NULL",
                    clock.instant(),
                    caller.subject(),
                    because,
                    id);
            if (accepted == 0) {
                throw Problem.conflict("not-open", "Only an open finding can be accepted, and only once.");
            }
            Deed deed =
                    Deed.of("finding.accept", "finding", id).because(because).with(finding.detail());
            audit.record(caller, finding.account().map(deed::account).orElse(deed));
            return get(caller, id);
        });
    }
}
