package dev.berth.console;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who may open a console, and who has one open. */
@ApplicationScoped
public class ConsoleTickets {
    /** At once, in one VPS; its node holds to the same. */
    static final int MAX_OPEN = 4;

    /** An open console is noted as often as {@link ConsoleSessions} beats. */
    private static final Duration SILENT = Duration.ofSeconds(90);

    private static final Duration GOOD = Duration.ofSeconds(30);
    private static final Duration KEPT = Duration.ofDays(1);
    private static final int TICKET_BYTES = 32;
    private static final int MAX_REASON = 500;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final VpsService service;
    private final AuditService audit;
    private final InstantSource clock;

    ConsoleTickets(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            VpsService service,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.service = service;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * @param ticket told this once, good for one connection until {@code expiresAt}
     */
    public record Ticket(String ticket, Instant expiresAt) {
        @Override
        public String toString() {
            return "Ticket[expiresAt=%s]".formatted(expiresAt);
        }
    }

    /** @param reason wanted of staff, who open a console in somebody else's VPS; its owner reads it */
    public Ticket issue(Caller caller, UUID vpsId, @Nullable String reason) {
        Vps vps = service.get(caller, vpsId);
        InputFaults faults = new InputFaults();
        Optional<String> why =
                needsReason(caller, vps) ? Optional.of(faults.text("reason", reason, MAX_REASON)) : Optional.empty();
        faults.throwIfAny();
        if (!opensIn(vps)) {
            throw notRunning();
        }
        byte[] random = new byte[TICKET_BYTES];
        RANDOM.nextBytes(random);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Instant expiresAt = clock.instant().plus(GOOD);
        database.update(
                "INSERT INTO console_ticket (hash, vps_id, subject, reason, expires_at) VALUES (?, ?, ?, ?, ?)",
                Hashes.hex(ticket),
                vpsId,
                caller.subject(),
                why,
                expiresAt);
        return new Ticket(ticket, expiresAt);
    }

    /** Whether whoever asks is staff, in somebody else's VPS. */
    public boolean needsReason(Caller caller, Vps vps) {
        return !tenancy.mayChange(caller, vps.accountId());
    }

    public static boolean opensIn(Vps vps) {
        return vps.suspended().isEmpty() && vps.observedState() == Vps.ObservedState.RUNNING;
    }

    private static Problem notRunning() {
        return Problem.conflict("not-running", "A console opens only in a VPS that runs.");
    }

    /** A console that was just opened in the trail, and where it leads. */
    record Opened(UUID sessionId, UUID vpsId, UUID nodeId) {}

    private record Found(UUID vpsId, UUID accountId, UUID nodeId, String subject, Optional<String> reason) {
        static Found of(Row row) {
            return new Found(
                    row.uuid("vps_id"),
                    row.uuid("account_id"),
                    row.uuid("node_id"),
                    row.text("subject"),
                    row.optionalText("reason"));
        }

        /** The name stays as the person's own tokens last said it. */
        Caller actor() {
            return new Caller(subject, subject, "", Set.of());
        }
    }

    /**
     * Uses a ticket up. That it is used, the session and the line in the trail are one transaction.
     *
     * @throws Problem 403 for one that is not good, 409 when too many consoles are open
     */
    Opened redeem(String ticket) {
        String hash = Hashes.hex(ticket);
        return transactions.run(() -> {
            Instant now = clock.instant();
            int used = database.update(
                    "UPDATE console_ticket SET used_at = ? WHERE hash = ? AND used_at IS NULL AND expires_at > ?",
                    now,
                    hash,
                    now);
            if (used == 0) {
                throw Problem.forbidden("This ticket is not good any more.");
            }
            Found found = database.one(
                            "SELECT t.vps_id, v.account_id, v.node_id, t.subject, t.reason FROM console_ticket t"
                                    + " JOIN vps v ON v.id = t.vps_id WHERE t.hash = ? AND v.suspended_at IS NULL"
                                    + " AND v.observed_state = 'RUNNING' FOR UPDATE",
                            Found::of,
                            hash)
                    .orElseThrow(ConsoleTickets::notRunning);
            if (open(found.vpsId()).size() >= MAX_OPEN) {
                throw Problem.conflict("too-many-consoles", "Too many consoles of this VPS are open: close one first.");
            }
            return open(found, hash, now);
        });
    }

    private Opened open(Found found, String hash, Instant now) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO console_session (id, vps_id, ticket_hash, subject, reason, opened_at, seen_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                id,
                found.vpsId(),
                hash,
                found.subject(),
                found.reason(),
                now,
                now);
        Deed deed = Deed.of("vps.console.open", "vps", found.vpsId()).account(found.accountId());
        audit.record(found.actor(), found.reason().map(deed::because).orElse(deed));
        return new Opened(id, found.vpsId(), found.nodeId());
    }

    /** Ends a session in the trail, once. */
    void closed(UUID sessionId, String why) {
        transactions.run(() -> {
            Instant now = clock.instant();
            int ended = database.update(
                    "UPDATE console_session SET closed_at = GREATEST(?, opened_at) WHERE id = ? AND closed_at IS NULL",
                    now,
                    sessionId);
            if (ended == 1) {
                database.one(
                                "SELECT s.vps_id, v.account_id, v.node_id, s.subject, s.reason, s.opened_at"
                                        + " FROM console_session s JOIN vps v ON v.id = s.vps_id WHERE s.id = ?",
                                row -> new Over(Found.of(row), row.instant("opened_at")),
                                sessionId)
                        .ifPresent(over -> audit.record(
                                over.found().actor(),
                                Deed.of("vps.console.close", "vps", over.found().vpsId())
                                        .account(over.found().accountId())
                                        .with("%s after %d s"
                                                .formatted(
                                                        why,
                                                        Duration.between(over.openedAt(), now)
                                                                .toSeconds()))));
            }
        });
    }

    private record Over(Found found, Instant openedAt) {}

    /** Notes that these go on. */
    void seen(Iterable<UUID> sessions) {
        Instant now = clock.instant();
        sessions.forEach(id -> database.update(
                "UPDATE console_session SET seen_at = GREATEST(?, seen_at) WHERE id = ? AND closed_at IS NULL",
                now,
                id));
    }

    /**
     * Consoles that are open in a VPS. Who may see the VPS may see this.
     *
     * @param reason staff's, empty when it is the owner's own
     */
    public record Open(String subject, Optional<String> reason, Instant openedAt) {}

    public List<Open> open(UUID vpsId) {
        return database.list(
                "SELECT subject, reason, opened_at FROM console_session WHERE vps_id = ? AND closed_at IS NULL"
                        + " AND seen_at > ? ORDER BY opened_at LIMIT 20",
                row -> new Open(row.text("subject"), row.optionalText("reason"), row.instant("opened_at")),
                vpsId,
                clock.instant().minus(SILENT));
    }

    /** Ends in the trail what a portal that died had open. */
    @RunOnVirtualThread
    @Scheduled(every = "1m", identity = "console-sweep")
    void sweep() {
        List<UUID> silent = database.list(
                "SELECT id FROM console_session WHERE closed_at IS NULL AND seen_at < ? ORDER BY seen_at LIMIT 100",
                row -> row.uuid("id"),
                clock.instant().minus(SILENT));
        silent.forEach(id -> closed(id, "the portal that held it is gone"));
    }

    /** Tickets nobody can use; what was opened with one stays. */
    @RunOnVirtualThread
    @Scheduled(every = "1h", identity = "console-tickets")
    void forget() {
        database.update(
                "DELETE FROM console_ticket WHERE expires_at < ? LIMIT 10000",
                clock.instant().minus(KEPT));
    }
}
