package dev.berth.network;

import dev.berth.network.Cidr.Family;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Gives addresses and takes them back. */
@ApplicationScoped
public class AddressService {
    private static final int MAX_POOLS = 256;
    private static final String SERVED =
            "(p.node_id = ? OR EXISTS (SELECT 1 FROM ip_pool_node s WHERE s.pool_id = p.id AND s.node_id = ?))";

    private final Database database;
    private final Transactions transactions;
    private final InstantSource clock;
    private final Duration quarantine;

    AddressService(
            Database database,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "berth.ip.quarantine") Duration quarantine) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
        this.quarantine = quarantine;
    }

    /** An address that was reserved. */
    public record Address(UUID id, String text) {}

    /** Who had an address when; {@code to} is empty while it lasts. */
    public record Assignment(String address, UUID vpsId, Instant from, Optional<Instant> to) {}

    /** A pool and what is left of it. */
    public record Pool(UUID id, String cidr, long free, long assigned, long quarantined) {}

    /**
     * Takes a free address of each version of IP for a VPS, IPv4 first.
     *
     * @return empty when the node has no pool, or when its IPv4 pools have nothing left; a node whose IPv6 pools have nothing left
     *     gives IPv4 alone
     */
    public List<Address> reserve(UUID nodeId, UUID vpsId) {
        return reserve(nodeId, vpsId, List.of());
    }

    /**
     * Takes those of the addresses that are free and that the node serves; of each version of IP of which none is, another one.
     *
     * @return empty as {@link #reserve(UUID, UUID)}
     */
    public List<Address> reserve(UUID nodeId, UUID vpsId, List<String> wanted) {
        freeExpired();
        List<Address> reserved = new ArrayList<>();
        for (String address : wanted) {
            Optional<Address> free = database.one(
                    "SELECT a.id, a.address FROM ip_address a JOIN ip_pool p ON p.id = a.pool_id WHERE a.address = ?"
                            + " AND a.state = 'FREE' AND " + SERVED + " FOR UPDATE",
                    row -> new Address(row.uuid("id"), row.text("address")),
                    address,
                    nodeId,
                    nodeId);
            free.ifPresent(one -> assign(one, vpsId));
            free.ifPresent(reserved::add);
        }
        for (Family family : Family.values()) {
            List<UUID> pools = pools(nodeId, family);
            boolean has = reserved.stream().anyMatch(one -> one.text().indexOf(':') >= 0 == (family != Family.IPV4));
            Optional<Address> other = has ? Optional.empty() : reserve(pools, vpsId);
            if (!has && other.isEmpty() && family == Family.IPV4 && !pools.isEmpty()) {
                return List.of();
            }
            other.ifPresent(reserved::add);
        }
        return List.copyOf(reserved);
    }

    private Optional<Address> reserve(List<UUID> pools, UUID vpsId) {
        for (UUID pool : pools) {
            Optional<Address> free = database.one(
                    "SELECT id, address FROM ip_address WHERE pool_id = ? AND state = 'FREE' ORDER BY LENGTH(address), address LIMIT 1"
                            + " FOR UPDATE SKIP LOCKED",
                    row -> new Address(row.uuid("id"), row.text("address")),
                    pool);
            if (free.isPresent()) {
                assign(free.get(), vpsId);
                return free;
            }
        }
        return Optional.empty();
    }

    private void assign(Address address, UUID vpsId) {
        database.update(
                "UPDATE ip_address SET state = 'ASSIGNED', vps_id = ? WHERE id = ? AND state = 'FREE'",
                vpsId,
                address.id());
        database.update(
                "INSERT INTO ip_assignment (id, address_id, vps_id, valid_from) VALUES (?, ?, ?, ?)",
                Ids.next(clock),
                address.id(),
                vpsId,
                clock.instant());
    }

    /** Takes one more free address for a VPS; empty when the node has none left of this version of IP. */
    public Optional<Address> reserveOne(UUID nodeId, UUID vpsId, AddressFamily family) {
        freeExpired();
        return reserve(pools(nodeId, Family.valueOf(family.name())), vpsId);
    }

    /**
     * Takes one address of a VPS back. It stays in quarantine until the node has made the change, however long the node is away.
     *
     * @param generation of the VPS's spec that does without it
     * @return whether the VPS had it
     */
    public boolean releaseOne(UUID vpsId, String address, long generation) {
        Instant now = clock.instant();
        database.update(
                "UPDATE ip_assignment s JOIN ip_address a ON a.id = s.address_id SET s.valid_to = ?"
                        + " WHERE a.address = ? AND s.vps_id = ? AND s.valid_to IS NULL",
                now,
                address,
                vpsId);
        return database.update(
                        "UPDATE ip_address SET state = 'QUARANTINE', vps_id = NULL, free_after = ?, left_vps_id = ?,"
                                + " left_generation = ? WHERE address = ? AND vps_id = ?",
                        now.plus(quarantine),
                        vpsId,
                        generation,
                        address,
                        vpsId)
                == 1;
    }

    /** Takes a VPS's addresses back, for quarantine: the node has proven that nothing uses them any more. */
    public void release(UUID vpsId) {
        Instant now = clock.instant();
        database.update("UPDATE ip_assignment SET valid_to = ? WHERE vps_id = ? AND valid_to IS NULL", now, vpsId);
        database.update(
                "UPDATE ip_address SET state = 'QUARANTINE', vps_id = NULL, free_after = ? WHERE vps_id = ?",
                now.plus(quarantine),
                vpsId);
    }

    @RunOnVirtualThread
    @Scheduled(every = "10s", identity = "ip-quarantine")
    void freeExpired() {
        database.update(
                "UPDATE ip_address a LEFT JOIN vps v ON v.id = a.left_vps_id SET a.state = 'FREE', a.free_after = NULL,"
                        + " a.left_vps_id = NULL, a.left_generation = NULL WHERE a.state = 'QUARANTINE'"
                        + " AND a.free_after <= ? AND (v.id IS NULL OR v.observed_state = 'GONE'"
                        + " OR v.observed_generation >= a.left_generation)",
                clock.instant());
    }

    /** The addresses of a VPS, those it had included. */
    public List<Assignment> history(UUID vpsId) {
        return assignments("s.vps_id = ?", vpsId);
    }

    /** Who had this address, newest first. */
    public List<Assignment> historyOf(String address) {
        return Addresses.isAddress(address) ? assignments("a.address = ?", address) : List.of();
    }

    private List<Assignment> assignments(String where, Object value) {
        return database.list(
                "SELECT a.address, s.vps_id, s.valid_from, s.valid_to FROM ip_assignment s"
                        + " JOIN ip_address a ON a.id = s.address_id WHERE " + where
                        + " ORDER BY s.valid_from DESC LIMIT 200",
                row -> new Assignment(
                        row.text("address"),
                        row.uuid("vps_id"),
                        row.instant("valid_from"),
                        row.optionalInstant("valid_to")),
                value);
    }

    private List<UUID> pools(UUID nodeId, Family family) {
        return database.list(
                "SELECT p.id FROM ip_pool p WHERE " + SERVED + " AND p.family = ? ORDER BY p.id LIMIT " + MAX_POOLS,
                row -> row.uuid("id"),
                nodeId,
                nodeId,
                family.name());
    }

    public List<Pool> poolsOf(UUID nodeId) {
        return database.list(
                "SELECT p.id, p.cidr, COALESCE(SUM(a.state = 'FREE'), 0) AS free,"
                        + " COALESCE(SUM(a.state = 'ASSIGNED'), 0) AS assigned,"
                        + " COALESCE(SUM(a.state = 'QUARANTINE'), 0) AS quarantined FROM ip_pool p"
                        + " LEFT JOIN ip_address a ON a.pool_id = p.id WHERE " + SERVED + " GROUP BY p.id, p.cidr"
                        + " ORDER BY p.id LIMIT " + MAX_POOLS,
                row -> new Pool(
                        row.uuid("id"),
                        row.text("cidr"),
                        row.number("free"),
                        row.number("assigned"),
                        row.number("quarantined")),
                nodeId,
                nodeId);
    }

    /** Addresses of a VPS that it could not keep on this node. */
    public List<String> notServedBy(UUID nodeId, UUID vpsId) {
        return database.list(
                "SELECT a.address FROM ip_address a JOIN ip_pool p ON p.id = a.pool_id WHERE a.vps_id = ? AND NOT "
                        + SERVED + " ORDER BY a.address",
                row -> row.text("address"),
                vpsId,
                nodeId,
                nodeId);
    }

    /** Nodes on which a VPS could keep all its addresses. */
    public Set<UUID> nodesServing(UUID vpsId) {
        return Set.copyOf(database.list(
                "SELECT n.id FROM node n WHERE NOT EXISTS (SELECT 1 FROM ip_address a JOIN ip_pool p ON p.id = a.pool_id"
                        + " WHERE a.vps_id = ? AND p.node_id <> n.id AND NOT EXISTS (SELECT 1 FROM ip_pool_node s"
                        + " WHERE s.pool_id = p.id AND s.node_id = n.id))",
                row -> row.uuid("id"),
                vpsId));
    }

    /** Lets a node serve the pool of another one. The network brings the packets of each address to where it is: that is the operator's. */
    public Pool share(UUID nodeId, @Nullable String cidr) {
        String wanted = Cidr.parse(cidr == null ? "" : cidr.trim()).toString();
        return transactions.run(() -> {
            database.update(
                    "INSERT IGNORE INTO ip_pool_node (pool_id, node_id) SELECT p.id, ? FROM ip_pool p"
                            + " WHERE p.cidr = ? AND p.node_id <> ?",
                    nodeId,
                    wanted,
                    nodeId);
            return poolsOf(nodeId).stream()
                    .filter(pool -> pool.cidr().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> Problem.invalid("cidr", "is no node's pool"));
        });
    }

    /** Gives a node a pool. */
    public Pool add(UUID nodeId, @Nullable String cidr) {
        Cidr wanted = Cidr.parse(cidr == null ? "" : cidr.trim());
        return transactions.run(() -> {
            if (taken().stream().anyMatch(wanted::overlaps)) {
                throw Problem.conflict("pool-taken", "A pool has addresses of this network.");
            }
            insert(nodeId, wanted);
            return poolsOf(nodeId).stream()
                    .filter(pool -> pool.cidr().equals(wanted.toString()))
                    .findFirst()
                    .orElseThrow();
        });
    }

    /** Gives a node the first network that is free, counting up from one. */
    public void addNextFree(UUID nodeId, String from) {
        Cidr wanted = Cidr.parse(from);
        List<Cidr> taken = taken();
        for (int tries = 0; tries < MAX_POOLS && overlapping(taken, wanted); tries++) {
            wanted = wanted.next();
        }
        insert(nodeId, wanted);
    }

    private static boolean overlapping(List<Cidr> taken, Cidr wanted) {
        return taken.stream().anyMatch(wanted::overlaps);
    }

    private List<Cidr> taken() {
        return database.list("SELECT cidr FROM ip_pool FOR UPDATE", row -> Cidr.parse(row.text("cidr")));
    }

    private void insert(UUID nodeId, Cidr cidr) {
        UUID id = Ids.next(clock);
        try {
            database.update(
                    "INSERT INTO ip_pool (id, node_id, cidr, created_at) VALUES (?, ?, ?, ?)",
                    id,
                    nodeId,
                    cidr.toString(),
                    clock.instant());
            List<@Nullable Object[]> rows = new ArrayList<>();
            for (String address : cidr.usable()) {
                rows.add(new @Nullable Object[] {Ids.next(clock).toString(), id.toString(), address});
            }
            database.updateAll("INSERT INTO ip_address (id, pool_id, address, state) VALUES (?, ?, ?, 'FREE')", rows);
        } catch (DatabaseException e) {
            if (e.duplicateKey().isPresent()) {
                throw Problem.conflict("pool-taken", "A pool has addresses of this network.");
            }
            throw e;
        }
    }
}
