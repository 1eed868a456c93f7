package dev.berth.reconcile;

import dev.berth.platform.Database;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Looks for what is billed and not there, there and not billed, and not as it was sold. What is under way is left alone for a grace
 * time: a deletion ends the subscription before the node has done its part.
 */
@ApplicationScoped
class Inventory {
    /** Of each kind; more wait for the next look. */
    private static final int MOST = 1_000;

    /** A node that was heard of so lately would have said what it has. */
    private static final Duration HEARD = Duration.ofMinutes(2);

    private static final String VPS = "SELECT v.id AS vps_id, v.account_id, v.node_id, v.hostname, n.name AS node, ";
    private static final String ALIVE = " n.last_seen_at > ? AND n.state <> 'RETIRED'";

    private final Database database;
    private final InstantSource clock;
    private final Duration grace;
    private final Duration interval;

    Inventory(
            Database database,
            InstantSource clock,
            @ConfigProperty(name = "berth.reconciliation.grace") Duration grace,
            @ConfigProperty(name = "berth.metering.reading-interval") Duration interval) {
        this.database = database;
        this.clock = clock;
        this.grace = grace;
        this.interval = interval;
    }

    /** All that does not fit now. */
    List<Seen> look() {
        Instant now = clock.instant();
        return Stream.of(
                        runningUnbilled(now),
                        strangers(now),
                        unmeasured(now),
                        billedGone(now),
                        billedUnseen(now),
                        addresses(now),
                        strangersAddresses(now),
                        quotas(now))
                .flatMap(List::stream)
                .toList();
    }

    private List<Seen> runningUnbilled(Instant now) {
        return database.list(
                VPS + "COALESCE(v.deleted_at, v.created_at) AS since FROM vps v JOIN node n ON n.id = v.node_id"
                        + " WHERE v.observed_state = 'RUNNING' AND v.observed_at > ? AND COALESCE(v.deleted_at, v.created_at) < ?"
                        + " AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.vps_id = v.id AND s.valid_to IS NULL)"
                        + " LIMIT " + MOST,
                row -> ofVps(
                        row,
                        FindingKind.RUNNING_UNBILLED,
                        "runs on node %s, and nobody pays for it".formatted(row.text("node"))),
                now.minus(grace),
                now.minus(grace));
    }

    /** Contexts that nobody asked for and that run; whose they were is known when they were a VPS once. */
    private List<Seen> strangers(Instant now) {
        return database.list(
                "SELECT q.context_id, q.node_id, n.name AS node, q.first_seen_at AS since, v.account_id"
                        + " FROM quarantined_context q JOIN node n ON n.id = q.node_id"
                        + " LEFT JOIN vps v ON v.id = q.context_id WHERE q.running AND q.last_seen_at > ?"
                        + " AND q.first_seen_at < ? LIMIT " + MOST,
                row -> new Seen(
                        FindingKind.RUNNING_UNBILLED,
                        "stranger/" + row.uuid("node_id") + "/" + row.uuid("context_id"),
                        "context %s runs on node %s, and nobody asked for it"
                                .formatted(row.uuid("context_id"), row.text("node")),
                        row.optionalUuid("account_id"),
                        Optional.empty(),
                        row.optionalUuid("node_id"),
                        row.instant("since")),
                now.minus(grace),
                now.minus(grace));
    }

    private List<Seen> unmeasured(Instant now) {
        Instant late = now.minus(interval.multipliedBy(2)).minus(grace);
        return database.list(
                VPS
                        + "CAST(? AS DATETIME(6)) AS since FROM vps v JOIN node n ON n.id = v.node_id WHERE v.observed_state = 'RUNNING'"
                        + " AND v.observed_at > ? AND v.created_at < ? AND" + ALIVE
                        + " AND NOT EXISTS (SELECT 1 FROM reading r FORCE INDEX (ix_reading_time) WHERE r.node_id = v.node_id"
                        + " AND r.context_id = v.id AND r.effective_at > ?) LIMIT " + MOST,
                row -> ofVps(
                        row,
                        FindingKind.UNMEASURED,
                        "runs on node %s, and no reading of it comes".formatted(row.text("node"))),
                late,
                now.minus(grace),
                late,
                now.minus(HEARD),
                late);
    }

    private List<Seen> billedGone(Instant now) {
        return database.list(
                VPS + "COALESCE(v.observed_at, s.valid_from) AS since FROM subscription s JOIN vps v ON v.id = s.vps_id"
                        + " JOIN node n ON n.id = v.node_id WHERE s.valid_to IS NULL AND v.observed_state = 'GONE'"
                        + " AND s.valid_from < ? LIMIT " + MOST,
                row -> ofVps(
                        row,
                        FindingKind.BILLED_GONE,
                        "is paid for, and nothing of it is left on node %s".formatted(row.text("node"))),
                now.minus(grace));
    }

    private List<Seen> billedUnseen(Instant now) {
        return database.list(
                VPS + "COALESCE(v.observed_at, s.valid_from) AS since FROM subscription s JOIN vps v ON v.id = s.vps_id"
                        + " JOIN node n ON n.id = v.node_id WHERE s.valid_to IS NULL AND v.observed_state <> 'GONE'"
                        + " AND COALESCE(v.observed_at, s.valid_from) < ? AND s.valid_from < ? AND" + ALIVE
                        + " LIMIT " + MOST,
                row -> ofVps(
                        row,
                        FindingKind.BILLED_GONE,
                        "is paid for, and node %s does not name it any more".formatted(row.text("node"))),
                now.minus(grace),
                now.minus(grace),
                now.minus(HEARD));
    }

    /** An address and the history of who has it must say the same; nobody who is gone has one. */
    private List<Seen> addresses(Instant now) {
        return database.list(
                "SELECT i.address, COALESCE(a.vps_id, i.vps_id) AS vps_id, v.account_id, v.node_id,"
                        + " COALESCE(a.valid_from, v.created_at) AS since FROM ip_address i"
                        + " LEFT JOIN ip_assignment a ON a.address_id = i.id AND a.valid_to IS NULL"
                        + " JOIN vps v ON v.id = COALESCE(a.vps_id, i.vps_id)"
                        + " WHERE NOT (i.vps_id <=> a.vps_id) OR (v.observed_state = 'GONE' AND v.deleted_at < ?)"
                        + " LIMIT " + MOST,
                row -> new Seen(
                        FindingKind.ADDRESS_WITHOUT_OWNER,
                        "address/" + row.text("address"),
                        "address %s: what is assigned and its history say different things, or who has it is gone"
                                .formatted(row.text("address")),
                        row.optionalUuid("account_id"),
                        row.optionalUuid("vps_id"),
                        row.optionalUuid("node_id"),
                        row.instant("since")),
                now.minus(grace));
    }

    /** One address at two places: a context that nobody asked for runs with one that a VPS has. */
    private List<Seen> strangersAddresses(Instant now) {
        return database.list(
                "SELECT i.address, i.vps_id, v.account_id, q.node_id, n.name AS node, q.first_seen_at AS since"
                        + " FROM quarantined_context q JOIN node n ON n.id = q.node_id JOIN ip_address i"
                        + " ON FIND_IN_SET(i.address, REPLACE(q.addresses, ' ', ',')) > 0 JOIN vps v ON v.id = i.vps_id"
                        + " WHERE q.running AND q.last_seen_at > ? AND v.id <> q.context_id LIMIT " + MOST,
                row -> new Seen(
                        FindingKind.ADDRESS_WITHOUT_OWNER,
                        "twice/" + row.text("address"),
                        "address %s is also that of a context on node %s that nobody asked for"
                                .formatted(row.text("address"), row.text("node")),
                        row.optionalUuid("account_id"),
                        row.optionalUuid("vps_id"),
                        row.optionalUuid("node_id"),
                        row.instant("since")),
                now.minus(grace));
    }

    /** Only of VPS whose node has done all that was asked, and says what it holds them to. Drivers round down to blocks. */
    private List<Seen> quotas(Instant now) {
        return database.list(
                VPS + "v.storage_limit_bytes, p.disk_bytes, v.storage_limit_at AS since FROM vps v"
                        + " JOIN node n ON n.id = v.node_id JOIN plan_version p ON p.id = v.plan_version_id"
                        + " WHERE v.storage_limit_at < ? AND v.observed_state IN ('RUNNING', 'STOPPED')"
                        + " AND v.observed_generation >= v.generation AND v.deleted_at IS NULL"
                        + " AND (v.storage_limit_bytes IS NULL OR v.storage_limit_bytes > p.disk_bytes"
                        + " OR v.storage_limit_bytes < p.disk_bytes - 4096"
                        + " OR (n.inode_limits AND NOT (v.storage_limit_inodes <=> p.disk_inodes))) LIMIT " + MOST,
                row -> ofVps(
                        row,
                        FindingKind.QUOTA_NOT_APPLIED,
                        "node %s holds its disk to %s, and its plan says %d bytes"
                                .formatted(
                                        row.text("node"),
                                        row.optionalNumber("storage_limit_bytes")
                                                .map(bytes -> bytes + " bytes")
                                                .orElse("nothing"),
                                        row.number("disk_bytes"))),
                now.minus(grace));
    }

    private static Seen ofVps(Row row, FindingKind kind, String what) {
        return new Seen(
                kind,
                "vps/" + row.uuid("vps_id"),
                row.text("hostname") + " " + what,
                row.optionalUuid("account_id"),
                row.optionalUuid("vps_id"),
                row.optionalUuid("node_id"),
                row.instant("since"));
    }
}
