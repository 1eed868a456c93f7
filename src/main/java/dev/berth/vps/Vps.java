package dev.berth.vps;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.catalog.Plan.Limits;
import dev.berth.platform.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A VPS as customers and staff see it.
 *
 * @param addresses those it has now, the primary one first
 * @param desiredState what the customer asked for
 * @param suspended what holds it back, which wins over the customer's wish
 * @param rescueImage what it is started from instead of its own root file system, while it is being mended
 * @param observedState what its node said last
 * @param observedAt when that was
 * @param failure why the node cannot go on: a sentence for customers, the node's own words for staff
 * @param version for If-Match
 */
public record Vps(
        UUID id,
        UUID accountId,
        String accountName,
        String hostname,
        Optional<String> externalId,
        PlanRef plan,
        ImageRef image,
        NodeRef node,
        List<String> addresses,
        DesiredState desiredState,
        Optional<Suspension> suspended,
        Optional<String> rescueImage,
        ObservedState observedState,
        Optional<Instant> observedAt,
        Optional<String> failure,
        List<String> sshFingerprints,
        Limits limits,
        long generation,
        Instant createdAt,
        Optional<Instant> deletedAt,
        long version) {
    public Vps {
        addresses = List.copyOf(addresses);
        sshFingerprints = List.copyOf(sshFingerprints);
    }

    public record PlanRef(UUID versionId, String slug, String name) {}

    /** @param endOfLife the last day (UTC) on which its distribution gives security updates; empty where nobody said */
    public record ImageRef(UUID id, String name, String distribution, String release, Optional<LocalDate> endOfLife) {
        /** Of a row that has an image's columns beside others. */
        static ImageRef of(Row row) {
            return new ImageRef(
                    row.uuid("image_id"),
                    row.text("image_name"),
                    row.text("distribution"),
                    row.text("release_name"),
                    row.optionalDate("end_of_life"));
        }
    }

    /** @param simulated what runs there is invented */
    public record NodeRef(UUID id, String name, boolean simulated) {}

    /** @param how STOP: it is shut down; FREEZE: its processes are held where they are, with their memory */
    public record Suspension(String reason, Instant since, How how, Cause cause) {
        /** Why something cannot be done now, for its owner. */
        public String sentence() {
            return switch (cause) {
                case STAFF -> "This VPS is suspended by staff.";
                case OVERDUE -> "This VPS is suspended until what is overdue is paid.";
            };
        }

        /** Who holds it: staff, and only they let it go, or the rule for overdue invoices, until nothing overdue is left. */
        public enum Cause {
            STAFF,
            OVERDUE
        }

        public enum How {
            STOP,
            FREEZE
        }
    }

    public enum DesiredState {
        RUNNING,
        STOPPED,
        DELETED
    }

    public enum ObservedState {
        CREATING,
        RUNNING,
        STOPPED,
        DELETING,
        GONE,
        QUARANTINED
    }

    /** The address to connect to. */
    @JsonIgnore
    public Optional<String> primaryAddress() {
        return addresses.stream().findFirst();
    }

    /** Whether nothing is left of it. */
    @JsonIgnore
    public boolean gone() {
        return observedState == ObservedState.GONE;
    }

    /** Whether its node was declared gone for good, with its disk. */
    @JsonIgnore
    public boolean lost() {
        return failure.filter(PlainWords.NODE_LOST::equals).isPresent();
    }

    /** Without the node's own words. */
    Vps inPlainWords() {
        return failure.isEmpty()
                ? this
                : new Vps(
                        id,
                        accountId,
                        accountName,
                        hostname,
                        externalId,
                        plan,
                        image,
                        node,
                        addresses,
                        desiredState,
                        suspended,
                        rescueImage,
                        observedState,
                        observedAt,
                        failure.map(PlainWords::of),
                        sshFingerprints,
                        limits,
                        generation,
                        createdAt,
                        deletedAt,
                        version);
    }

    static final String SELECT = "SELECT v.id, v.account_id, a.name AS account_name, v.hostname, v.external_id,"
            + " v.plan_version_id, p.slug, p.name AS plan_name, v.image_id, i.name AS image_name, i.distribution,"
            + " i.release_name, i.end_of_life, v.node_id, n.name AS node_name, n.simulated, v.desired_state, v.suspended_reason,"
            + " v.suspended_at, v.suspended_how, v.suspended_cause, v.observed_state, v.observed_at, v.failure, v.ssh_fingerprints, pv.cpu_baseline_milli,"
            + " pv.cpu_ceiling_milli, pv.cpu_bank_millis, pv.memory_bytes, pv.processes, pv.disk_bytes, pv.disk_inodes,"
            + " v.generation, v.created_at, v.deleted_at, v.version,"
            + " (SELECT r.name FROM image r WHERE r.id = v.rescue_image_id) AS rescue_image,"
            + " (SELECT GROUP_CONCAT(ip.address ORDER BY INSTR(ip.address, ':') > 0, COALESCE(ia.id, ip.id) SEPARATOR ' ') FROM ip_address ip LEFT JOIN ip_assignment ia ON ia.open_address_id = ip.id WHERE ip.vps_id = v.id)"
            + " AS addresses FROM vps v JOIN account a ON a.id = v.account_id"
            + " JOIN plan_version pv ON pv.id = v.plan_version_id JOIN plan p ON p.id = pv.plan_id"
            + " JOIN image i ON i.id = v.image_id JOIN node n ON n.id = v.node_id WHERE ";

    static Vps of(Row row) {
        return new Vps(
                row.uuid("id"),
                row.uuid("account_id"),
                row.text("account_name"),
                row.text("hostname"),
                row.optionalText("external_id"),
                new PlanRef(row.uuid("plan_version_id"), row.text("slug"), row.text("plan_name")),
                ImageRef.of(row),
                new NodeRef(row.uuid("node_id"), row.text("node_name"), row.flag("simulated")),
                words(row.optionalText("addresses")),
                row.constant("desired_state", DesiredState.class),
                row.optionalText("suspended_reason")
                        .map(reason -> new Suspension(
                                reason,
                                row.instant("suspended_at"),
                                row.constant("suspended_how", Suspension.How.class),
                                row.constant("suspended_cause", Suspension.Cause.class))),
                row.optionalText("rescue_image"),
                row.constant("observed_state", ObservedState.class),
                row.optionalInstant("observed_at"),
                row.optionalText("failure"),
                words(row.optionalText("ssh_fingerprints")),
                limits(row),
                row.number("generation"),
                row.instant("created_at"),
                row.optionalInstant("deleted_at"),
                row.number("version"));
    }

    static Limits limits(Row row) {
        return new Limits(
                row.number("cpu_baseline_milli"),
                row.number("cpu_ceiling_milli"),
                row.number("cpu_bank_millis"),
                row.number("memory_bytes"),
                row.number("processes"),
                row.number("disk_bytes"),
                row.optionalNumber("disk_inodes"));
    }

    static List<String> words(Optional<String> text) {
        return text.map(t -> Arrays.stream(t.split(" ", -1))
                        .filter(w -> !w.isEmpty())
                        .toList())
                .orElse(List.of());
    }
}
