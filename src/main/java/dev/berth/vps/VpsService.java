package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.account.Tenancy.Filter;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.OperationService.Change;
import dev.berth.vps.Vps.DesiredState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Finds VPS and changes what is wanted of them. */
@ApplicationScoped
public class VpsService {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final NodeService nodes;
    private final OperationService operations;
    private final AuditService audit;

    VpsService(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            NodeService nodes,
            OperationService operations,
            AuditService audit) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.nodes = nodes;
        this.operations = operations;
        this.audit = audit;
    }

    /** What is looked for; VPS that are gone are left out unless asked for. */
    public record Query(Optional<UUID> accountId, Optional<String> externalId, boolean withGone) {
        public static final Query ALL = new Query(Optional.empty(), Optional.empty(), false);

        public static Query ofAccount(UUID id) {
            return new Query(Optional.of(id), Optional.empty(), false);
        }
    }

    /** VPS the caller may see, newest first. */
    public Page<Vps> list(Caller caller, Query query, Page.Ask ask) {
        query.accountId().ifPresent(id -> tenancy.requireSee(caller, id, "account"));
        Filter filter = tenancy.visible(caller, "v.account_id");
        List<Object> values = new ArrayList<>(filter.values());
        StringBuilder sql = new StringBuilder(Vps.SELECT).append(filter.sql());
        query.accountId().ifPresent(id -> {
            sql.append(" AND v.account_id = ?");
            values.add(id);
        });
        query.externalId().ifPresent(text -> {
            sql.append(" AND v.external_id = ?");
            values.add(text);
        });
        if (!query.withGone()) {
            sql.append(" AND v.observed_state <> 'GONE'");
        }
        ask.before().ifPresent(id -> {
            sql.append(" AND v.id < ?");
            values.add(id);
        });
        sql.append(" ORDER BY v.id DESC LIMIT ?");
        values.add(ask.fetch());
        List<Vps> found = database.list(sql.toString(), Vps::of, values.toArray()).stream()
                .map(vps -> worded(caller, vps))
                .toList();
        return Page.of(found, ask, Vps::id);
    }

    public Vps get(Caller caller, UUID id) {
        Vps vps = byId(id);
        tenancy.requireSee(caller, vps.accountId(), "VPS");
        return worded(caller, vps);
    }

    private static Vps worded(Caller caller, Vps vps) {
        return caller.staff() ? vps : vps.inPlainWords();
    }

    /** For the portal's own use; whoever serves a caller asks {@link #get}. */
    public Vps byId(UUID id) {
        return database.one(Vps.SELECT + "v.id = ?", Vps::of, id).orElseThrow(() -> Problem.notFound("VPS"));
    }

    /** Staff: host names for a list that has ids only. */
    public Map<UUID, String> hostnames(Caller caller, Collection<UUID> ids) {
        Tenancy.requireStaff(caller);
        if (ids.isEmpty()) {
            return Map.of();
        }
        String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
        Map<UUID, String> names = new HashMap<>();
        database.list(
                        "SELECT v.id, v.hostname FROM vps v WHERE v.id IN (" + marks + ")",
                        row -> Map.entry(row.uuid("id"), row.text("hostname")),
                        ids.toArray())
                .forEach(entry -> names.put(entry.getKey(), entry.getValue()));
        return names;
    }

    public List<Operation> operations(Caller caller, UUID id) {
        get(caller, id);
        return operations.ofVps(caller, id);
    }

    /** Staff: by host name, external id, address or id, newest first. */
    public List<Vps> search(Caller caller, String text) {
        Tenancy.requireStaff(caller);
        return database.list(
                Vps.SELECT + "INSTR(v.hostname, ?) > 0 OR v.external_id = ? OR CAST(v.id AS CHAR) = ? OR EXISTS"
                        + " (SELECT 1 FROM ip_assignment s JOIN ip_address x ON x.id = s.address_id WHERE s.vps_id = v.id"
                        + " AND x.address = ?) ORDER BY v.id DESC LIMIT 50",
                Vps::of,
                text,
                text,
                text.toLowerCase(Locale.ROOT),
                text);
    }

    /** Staff: what a node has, newest first. */
    public List<Vps> onNode(Caller caller, UUID nodeId, int limit) {
        Tenancy.requireStaff(caller);
        return database.list(
                Vps.SELECT + "v.node_id = ? AND v.observed_state <> 'GONE' ORDER BY v.id DESC LIMIT ?",
                Vps::of,
                nodeId,
                limit);
    }

    /** A customer's action. */
    public enum Action {
        START,
        STOP,
        RESTART,
        DELETE;

        /** The action with this name in an address. */
        public static Action named(String name) {
            for (Action action : values()) {
                if (action.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return action;
                }
            }
            throw Problem.notFound("action");
        }
    }

    /** Stores the wish; the operation ends when the node has done it. */
    public Operation act(Caller caller, UUID id, Action action) {
        tenancy.requireChange(caller, byId(id).accountId(), "VPS");
        return transactions.run(() -> switch (action) {
            case START -> change(caller, id, new Wish(Kind.START, "desired_state = 'RUNNING'"));
            case STOP -> change(caller, id, new Wish(Kind.STOP, "desired_state = 'STOPPED'"));
            case RESTART ->
                change(caller, id, new Wish(Kind.RESTART, "desired_state = 'RUNNING', restarts = restarts + 1"));
            case DELETE -> change(caller, id, new Wish(Kind.DELETE, "desired_state = 'DELETED', user_data = NULL"));
        });
    }

    /** A rule's deed, with a reason that its owner can read: as if its owner had deleted it. */
    public Operation remove(Caller caller, UUID id, String reason) {
        return transactions.run(() -> change(
                caller, id, new Wish(Kind.DELETE, "desired_state = 'DELETED', user_data = NULL", Optional.of(reason))));
    }

    /** @param assignments of the vps row, without those every change makes */
    record Wish(Kind kind, String assignments, Optional<String> reason) {
        Wish(Kind kind, String assignments) {
            this(kind, assignments, Optional.empty());
        }
    }

    Operation change(Caller caller, UUID id, Wish wish, Object... values) {
        return change(caller, id, wish, vps -> {}, values);
    }

    /**
     * The node's row is locked first, as everywhere; then the VPS can be read and changed without a race.
     *
     * @param guard refuses what cannot be done to the VPS as it is
     */
    Operation change(Caller caller, UUID id, Wish wish, Consumer<Vps> guard, Object... values) {
        Vps before = byId(id);
        long revision = nodes.nextRevision(before.node().id());
        Vps now = locked(id);
        refuse(now, wish.kind());
        requireStill(id);
        if (!now.node().id().equals(before.node().id())) {
            throw moving();
        }
        guard.accept(now);
        List<Object> all = new ArrayList<>(List.of(values));
        all.add(revision);
        all.add(id);
        database.update(
                "UPDATE vps SET " + wish.assignments()
                        + ", generation = generation + 1, version = version + 1, revision = ? WHERE id = ?",
                all.toArray());
        Operation operation =
                operations.begin(caller, new Change(id, wish.kind(), now.generation() + 1, wish.reason()));
        String action = wish.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        Deed deed = Deed.of("vps." + action, "vps", id).account(now.accountId());
        audit.record(caller, wish.reason().map(deed::because).orElse(deed));
        return operation;
    }

    /** What moves is changed when it has arrived: until then both nodes have their word of it. Called with the VPS locked. */
    void requireStill(UUID id) {
        if (database.number("SELECT COUNT(*) AS n FROM migration WHERE open_vps_id = ?", id) > 0) {
            throw moving();
        }
        if (database.number(
                        "SELECT COUNT(*) AS n FROM vps v JOIN node_death e ON e.node_id = v.node_id WHERE v.id = ?", id)
                > 0) {
            throw Problem.conflict(
                    "node-lost", "The machine that this VPS was on is lost for good, so nothing of it can be changed.");
        }
    }

    private static Problem moving() {
        return Problem.conflict("moving", "This VPS is moving to another node: try again when it has arrived.");
    }

    private Vps locked(UUID id) {
        database.one("SELECT id FROM vps WHERE id = ? FOR UPDATE", row -> row.uuid("id"), id);
        return byId(id);
    }

    private static void refuse(Vps vps, Kind kind) {
        if (vps.desiredState() == DesiredState.DELETED) {
            throw Problem.conflict("deleted", "This VPS is deleted or being deleted.");
        }
        boolean started = kind == Kind.START || kind == Kind.RESTART || kind == Kind.RESCUE;
        if (started && vps.suspended().isPresent()) {
            throw Problem.conflict("suspended", vps.suspended().get().sentence());
        }
    }

    /** A point of the graphs. Counters grow from the creation on; the rest is of the moment. */
    public record Sample(
            Instant at,
            long cpuUsec,
            long cpuThrottledUsec,
            long cpuTokens,
            long memoryBytes,
            long diskBytes,
            long processes,
            long netTxBytes,
            long netRxBytes,
            long ioReadBytes,
            long ioWriteBytes) {}

    /** Points since a time, oldest first. */
    public List<Sample> samples(Caller caller, UUID id, Instant since) {
        get(caller, id);
        return database.list(
                "SELECT * FROM vps_sample WHERE vps_id = ? AND at >= ? ORDER BY at LIMIT 10000",
                row -> new Sample(
                        row.instant("at"),
                        row.number("cpu_usec"),
                        row.number("cpu_throttled_usec"),
                        row.number("cpu_tokens"),
                        row.number("memory_bytes"),
                        row.number("disk_bytes"),
                        row.number("processes"),
                        row.number("net_tx_bytes"),
                        row.number("net_rx_bytes"),
                        row.number("io_read_bytes"),
                        row.number("io_write_bytes")),
                id,
                since);
    }
}
