package dev.berth.fleet;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.contract.Observed;
import dev.berth.contract.Observed.Capacity;
import dev.berth.fleet.Node.Resources;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Row;
import dev.berth.platform.Signals;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Nodes, their capacity and their revisions. Whoever changes what a node should do locks its row first, by taking a
 * revision or a reservation, and everything else after it.
 */
@ApplicationScoped
public class NodeService {
    private static final int MAX_NODES = 10_000;

    private static final String ROOM_FOR_MORE =
            " AND (? <= 0 OR (reserved_cpu_milli + ?) * 100 <= cpu_milli * cpu_overcommit_percent)"
                    + " AND (? <= 0 OR reserved_memory_bytes + ? <= memory_bytes)"
                    + " AND (? <= 0 OR reserved_disk_bytes + ? <= disk_bytes)"
                    + " AND (? <= 0 OR reserved_uplink_bits + ? <= COALESCE(uplink_bits, 0)) AND (inode_limits OR NOT ?)";

    private final Database database;
    private final Transactions transactions;
    private final Signals signals;
    private final AuditService audit;
    private final InstantSource clock;

    NodeService(
            Database database, Transactions transactions, Signals signals, AuditService audit, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.signals = signals;
        this.audit = audit;
        this.clock = clock;
    }

    /** What a VPS takes of a node. */
    public record Need(Resources resources, boolean inodeLimits) {}

    /** A place for a VPS and the revision that announces it. */
    public record Placement(UUID nodeId, long revision) {}

    /**
     * Reserves on the least loaded node that has room. The update's own condition decides and the row's CHECKs stand
     * behind it, so that nothing is sold twice however many ask at once.
     */
    public Optional<Placement> reserve(Need need) {
        for (UUID candidate : candidates(need)) {
            if (reserveOn(candidate, need)) {
                signals.raise(new NodeTopic(candidate));
                return Optional.of(new Placement(candidate, revision(candidate)));
            }
        }
        return Optional.empty();
    }

    /** Locks this node, which is the one that is wanted, and reserves on it; false where there is no room. */
    public boolean reserveOn(UUID nodeId, Need need) {
        Resources r = need.resources();
        return database.update(
                        "UPDATE node SET reserved_cpu_milli = reserved_cpu_milli + ?,"
                                + " reserved_memory_bytes = reserved_memory_bytes + ?,"
                                + " reserved_disk_bytes = reserved_disk_bytes + ?,"
                                + " reserved_uplink_bits = reserved_uplink_bits + ?, desired_revision = desired_revision + 1"
                                + " WHERE id = ? AND state = 'ACTIVE'"
                                + " AND (reserved_cpu_milli + ?) * 100 <= cpu_milli * cpu_overcommit_percent"
                                + " AND reserved_memory_bytes + ? <= memory_bytes AND reserved_disk_bytes + ? <= disk_bytes"
                                + " AND reserved_uplink_bits + ? <= COALESCE(uplink_bits, 0)",
                        r.cpuMilli(),
                        r.memoryBytes(),
                        r.diskBytes(),
                        r.uplinkBits(),
                        nodeId,
                        r.cpuMilli(),
                        r.memoryBytes(),
                        r.diskBytes(),
                        r.uplinkBits())
                == 1;
    }

    /** Whether a node that has one thing of a VPS could have the other instead. */
    public boolean hasRoom(UUID nodeId, Resources now, Need then) {
        Resources more = then.resources().minus(now);
        return database.number(
                        "SELECT COUNT(*) AS n FROM node WHERE id = ?" + ROOM_FOR_MORE,
                        Stream.concat(Stream.of(nodeId), roomForMore(more, then))
                                .toArray())
                == 1;
    }

    /** Changes what is reserved for a VPS; false where there is no room. Less always fits. */
    public boolean rebook(UUID nodeId, Resources now, Need then) {
        Resources more = then.resources().minus(now);
        Stream<Object> change =
                Stream.of(more.cpuMilli(), more.memoryBytes(), more.diskBytes(), more.uplinkBits(), nodeId);
        return database.update(
                        "UPDATE node SET reserved_cpu_milli = reserved_cpu_milli + ?,"
                                + " reserved_memory_bytes = reserved_memory_bytes + ?,"
                                + " reserved_disk_bytes = reserved_disk_bytes + ?,"
                                + " reserved_uplink_bits = reserved_uplink_bits + ? WHERE id = ?" + ROOM_FOR_MORE,
                        Stream.concat(change, roomForMore(more, then)).toArray())
                == 1;
    }

    private static Stream<Object> roomForMore(Resources more, Need then) {
        return Stream.of(
                more.cpuMilli(),
                more.cpuMilli(),
                more.memoryBytes(),
                more.memoryBytes(),
                more.diskBytes(),
                more.diskBytes(),
                more.uplinkBits(),
                more.uplinkBits(),
                then.inodeLimits());
    }

    private List<UUID> candidates(Need need) {
        Resources r = need.resources();
        return database.list(
                "SELECT n.id FROM node n WHERE n.state = 'ACTIVE' AND n.last_seen_at > ?"
                        + " AND (n.reserved_cpu_milli + ?) * 100 <= n.cpu_milli * n.cpu_overcommit_percent"
                        + " AND n.reserved_memory_bytes + ? <= n.memory_bytes"
                        + " AND n.reserved_disk_bytes + ? <= n.disk_bytes"
                        + " AND n.reserved_uplink_bits + ? <= COALESCE(n.uplink_bits, 0) AND (n.inode_limits OR NOT ?)"
                        + " ORDER BY n.reserved_memory_bytes / n.memory_bytes, n.id LIMIT 20",
                row -> row.uuid("id"),
                clock.instant().minus(Node.SILENT),
                r.cpuMilli(),
                r.memoryBytes(),
                r.diskBytes(),
                r.uplinkBits(),
                need.inodeLimits());
    }

    /** Locks the node and takes room of its disk for something of a VPS it has; false where there is none. */
    public boolean reserveDisk(UUID nodeId, long bytes) {
        return database.update(
                        "UPDATE node SET reserved_disk_bytes = reserved_disk_bytes + ?"
                                + " WHERE id = ? AND reserved_disk_bytes + ? <= disk_bytes",
                        bytes,
                        nodeId,
                        bytes)
                == 1;
    }

    /** Gives back what a VPS had, once its node has proven that nothing of it is left. */
    public void release(UUID nodeId, Resources r) {
        database.update(
                "UPDATE node SET reserved_cpu_milli = reserved_cpu_milli - ?,"
                        + " reserved_memory_bytes = reserved_memory_bytes - ?,"
                        + " reserved_disk_bytes = reserved_disk_bytes - ?,"
                        + " reserved_uplink_bits = reserved_uplink_bits - ? WHERE id = ?",
                r.cpuMilli(),
                r.memoryBytes(),
                r.diskBytes(),
                r.uplinkBits(),
                nodeId);
    }

    /** Locks the node until the transaction's end and takes its next revision, which wakes it after the commit. */
    public long nextRevision(UUID nodeId) {
        database.update("UPDATE node SET desired_revision = desired_revision + 1 WHERE id = ?", nodeId);
        signals.raise(new NodeTopic(nodeId));
        return revision(nodeId);
    }

    /** Locks every node until the transaction's end and wakes it after the commit, for news that is not about a context. */
    void wakeAll() {
        List<UUID> all = database.list(
                "SELECT id FROM node WHERE state <> 'RETIRED' ORDER BY id LIMIT " + MAX_NODES, row -> row.uuid("id"));
        all.forEach(this::nextRevision);
    }

    /** The revision of the newest change. */
    public long revision(UUID nodeId) {
        return database.number("SELECT desired_revision AS n FROM node WHERE id = ?", nodeId);
    }

    /**
     * Notes what a node says about itself.
     *
     * @return false when it is out of service by now, and nothing of what it says counts
     */
    public boolean heard(UUID nodeId, Observed observed) {
        Instant now = clock.instant();
        Capacity capacity = observed.capacity();
        // a host that shrank below what was sold keeps what was sold: it gets no orders, and nothing breaks
        // what a node has seen before it ever spoke with this portal was another one's word: ours is counted from
        // there, or it would be refused
        int inService = database.update(
                "UPDATE node SET desired_revision = IF(last_seen_at IS NULL, GREATEST(desired_revision, LEAST(?, 1 << 50)), desired_revision),"
                        + " observed_revision = ?, boot_id = ?, agent_version = ?, simulated = ?,"
                        + " cpu_milli = GREATEST(?, CEIL(reserved_cpu_milli * 100 / cpu_overcommit_percent)),"
                        + " memory_bytes = GREATEST(?, reserved_memory_bytes),"
                        + " disk_bytes = GREATEST(?, reserved_disk_bytes),"
                        + " uplink_bits = NULLIF(GREATEST(?, reserved_uplink_bits), 0),"
                        + " quota_driver = ?, inode_limits = ?, ipv6 = ?,"
                        + " kernel = ?, clock_skew_millis = ?, last_seen_at = ? WHERE id = ? AND state <> 'RETIRED'",
                observed.revision(),
                observed.revision(),
                UUID.fromString(observed.bootId()),
                observed.agentVersion(),
                observed.simulated(),
                capacity.cpuMilli(),
                capacity.memoryBytes(),
                capacity.diskBytes(),
                capacity.uplinkBits().orElse(0L),
                capacity.quotaDriver(),
                capacity.inodeLimits(),
                capacity.ipv6(),
                capacity.kernel(),
                observed.utcMillis() - now.toEpochMilli(),
                now,
                nodeId);
        if (inService == 0) {
            return false;
        }
        observed.network().ifPresent(check -> looked(nodeId, check));
        observed.images().ifPresent(images -> holds(nodeId, new TreeSet<>(images)));
        return true;
    }

    private void looked(UUID nodeId, Observed.NetworkCheck check) {
        List<String> lines = check.deviations().stream()
                .map(text -> text.replaceAll("\\p{Cntrl}", " "))
                .toList();
        database.update(
                "UPDATE node SET network_checked_at = ?, network_contexts = ?, network_holds = ?,"
                        + " network_deviated_at = ?, network_deviations = ? WHERE id = ?",
                Instant.ofEpochMilli(check.checkedMillis()),
                check.contexts(),
                check.holds(),
                check.deviatedMillis().map(Instant::ofEpochMilli).orElse(null),
                String.join("\n", lines),
                nodeId);
    }

    private void holds(UUID nodeId, Set<String> told) {
        Set<String> known = new TreeSet<>(
                database.list("SELECT digest FROM node_image WHERE node_id = ?", row -> row.text("digest"), nodeId));
        for (String digest : known) {
            if (!told.contains(digest)) {
                database.update("DELETE FROM node_image WHERE node_id = ? AND digest = ?", nodeId, digest);
            }
        }
        for (String digest : told) {
            if (!known.contains(digest)) {
                database.update("INSERT INTO node_image (node_id, digest) VALUES (?, ?)", nodeId, digest);
            }
        }
    }

    public List<Node> list() {
        return database.list("SELECT " + Node.COLUMNS + " FROM node n ORDER BY n.name LIMIT " + MAX_NODES, Node::of);
    }

    public Node byId(UUID id) {
        return database.one("SELECT " + Node.COLUMNS + " FROM node n WHERE n.id = ?", Node::of, id)
                .orElseThrow(() -> Problem.notFound("node"));
    }

    public Optional<Node> named(String idOrName) {
        return database.one(
                "SELECT " + Node.COLUMNS + " FROM node n WHERE CAST(n.id AS CHAR) = ? OR n.name = ? LIMIT 1",
                Node::of,
                idOrName,
                idOrName);
    }

    public List<Node> search(String text) {
        return database.list(
                "SELECT " + Node.COLUMNS
                        + " FROM node n WHERE INSTR(n.name, ?) > 0 OR n.id = ? ORDER BY n.name LIMIT 50",
                Node::of,
                text,
                text);
    }

    /**
     * A context that a node found and the portal does not know.
     *
     * @param generation the highest that the node has seen; this and what follows is empty where the node was never asked for it
     * @param imageDigest of the image that its disk lies over
     * @param addresses that it had
     * @param diskBytes that its disk takes up
     */
    public record Quarantined(
            UUID nodeId,
            UUID contextId,
            Instant firstSeenAt,
            Instant lastSeenAt,
            Optional<Long> generation,
            Optional<String> hostname,
            Optional<String> imageDigest,
            List<String> addresses,
            Optional<Long> diskBytes,
            Optional<Long> snapshots,
            boolean running) {
        public Quarantined {
            addresses = List.copyOf(addresses);
        }

        static Quarantined of(Row row) {
            return new Quarantined(
                    row.uuid("node_id"),
                    row.uuid("context_id"),
                    row.instant("first_seen_at"),
                    row.instant("last_seen_at"),
                    row.optionalNumber("generation"),
                    row.optionalText("hostname"),
                    row.optionalText("image_digest"),
                    row.optionalText("addresses").stream()
                            .flatMap(text -> Stream.of(text.split(" ", -1)))
                            .filter(text -> !text.isEmpty())
                            .toList(),
                    row.optionalNumber("disk_bytes"),
                    row.optionalNumber("snapshots"),
                    row.flag("running"));
        }
    }

    public List<Quarantined> quarantined() {
        return database.list(
                "SELECT node_id, context_id, first_seen_at, last_seen_at, generation, hostname, image_digest, addresses,"
                        + " disk_bytes, snapshots, running FROM quarantined_context ORDER BY last_seen_at DESC LIMIT 200",
                Quarantined::of);
    }

    /** Staff: opens or closes a node for new VPS. */
    public Node change(Caller caller, UUID id, Node.State state, int cpuOvercommitPercent) {
        requireAdmin(caller);
        if (cpuOvercommitPercent < 1 || cpuOvercommitPercent > 10_000) {
            throw Problem.invalid("cpuOvercommitPercent", "must be from 1 to 10000");
        }
        return transactions.run(() -> {
            byId(id);
            requireAlive(id);
            int changed = database.update(
                    "UPDATE node SET state = ?, cpu_overcommit_percent = ? WHERE id = ?"
                            + " AND reserved_cpu_milli * 100 <= cpu_milli * ?",
                    state,
                    cpuOvercommitPercent,
                    id,
                    cpuOvercommitPercent);
            if (changed == 0 && byId(id).cpuOvercommitPercent() != cpuOvercommitPercent) {
                throw Problem.conflict("already-sold", "More CPU is reserved than that would allow.");
            }
            audit.record(
                    caller,
                    Deed.of("node.change", "node", id)
                            .with("state %s, CPU overcommit %d %%".formatted(state, cpuOvercommitPercent)));
            return byId(id);
        });
    }

    /** Staff: whether a node takes orders. What is on it stays where it is. */
    public void take(Caller caller, UUID id, Node.State state) {
        requireAdmin(caller);
        transactions.run(() -> {
            if (byId(id).state() == Node.State.RETIRED) {
                throw Problem.conflict("retired", "This node is retired.");
            }
            database.update("UPDATE node SET state = ? WHERE id = ?", state, id);
            audit.record(caller, Deed.of("node.change", "node", id).with("state " + state));
        });
    }

    /** Takes a node out of service for good: whatever certificate it has is refused from now on. */
    public void retire(UUID id) {
        database.update("UPDATE node SET state = 'RETIRED' WHERE id = ?", id);
        database.update(
                "UPDATE node_certificate SET revoked_at = ? WHERE node_id = ? AND revoked_at IS NULL",
                clock.instant(),
                id);
    }

    /** Who is dead stays so: what was on it may be elsewhere by now. */
    private void requireAlive(UUID id) {
        if (database.number("SELECT COUNT(*) AS n FROM node_death WHERE node_id = ?", id) > 0) {
            throw Problem.conflict(
                    "dead", "This node was declared gone for good: enrol the machine under another name.");
        }
    }

    static void requireAdmin(Caller caller) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("This is for administrators.");
        }
    }
}
