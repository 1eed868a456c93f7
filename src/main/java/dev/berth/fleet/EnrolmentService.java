package dev.berth.fleet;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.contract.Enrolment;
import dev.berth.contract.Patterns;
import dev.berth.network.AddressService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** How a node gets its identity: a single-use token, then a certificate, then the next one at half its life. */
@ApplicationScoped
public class EnrolmentService {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(15);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final Transactions transactions;
    private final AuthorityStore authority;
    private final AddressService addresses;
    private final AuditService audit;
    private final InstantSource clock;
    private final Demo demo;

    EnrolmentService(
            Database database,
            Transactions transactions,
            AuthorityStore authority,
            AddressService addresses,
            AuditService audit,
            InstantSource clock,
            Demo demo) {
        this.database = database;
        this.transactions = transactions;
        this.authority = authority;
        this.addresses = addresses;
        this.audit = audit;
        this.clock = clock;
        this.demo = demo;
    }

    /** What a demonstration gives a new node by itself: a network, and four times the CPU to promise. */
    @ApplicationScoped
    static class Demo {
        private static final int DEMO_OVERCOMMIT_PERCENT = 400;
        private final boolean on;
        private final String pool;
        private final int cpuOvercommitPercent;

        Demo(
                @ConfigProperty(name = "berth.demo") boolean on,
                @ConfigProperty(name = "berth.ip.pool") String pool,
                @ConfigProperty(name = "berth.node.cpu-overcommit-percent") int cpuOvercommitPercent) {
            this.on = on;
            this.pool = pool;
            this.cpuOvercommitPercent = cpuOvercommitPercent;
        }

        Optional<String> firstPool() {
            return on ? Optional.of(pool) : Optional.empty();
        }

        int overcommit() {
            return on ? Math.max(cpuOvercommitPercent, DEMO_OVERCOMMIT_PERCENT) : cpuOvercommitPercent;
        }
    }

    /** A token, shown once. */
    public record JoinToken(String token, String nodeName, Instant expiresAt) {
        @Override
        public String toString() {
            return "JoinToken[nodeName=" + nodeName + "]";
        }
    }

    /** Staff: a token for one node of this name; a node that exists gets a new identity with it. */
    public JoinToken newToken(Caller caller, @Nullable String nodeName) {
        NodeService.requireAdmin(caller);
        if (nodeName == null || !Patterns.NODE_NAME.matcher(nodeName).matches()) {
            throw Problem.invalid("nodeName", "must be a host name label: lower-case letters, digits and hyphens");
        }
        byte[] random = new byte[24];
        RANDOM.nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "."
                + authority.get().fingerprint();
        Instant now = clock.instant();
        return transactions.run(() -> {
            database.update(
                    "INSERT INTO node_join_token (token_hash, node_name, expires_at, created_at) VALUES (?, ?, ?, ?)",
                    Hashes.hex(token),
                    nodeName,
                    now.plus(TOKEN_LIFE),
                    now);
            audit.record(caller, Deed.of("node.join-token", "node", nodeName));
            return new JoinToken(token, nodeName, now.plus(TOKEN_LIFE));
        });
    }

    /**
     * Uses a token up and certifies the node. A node that was cut off before it stored the answer asks again with the same
     * key, and gets another certificate for it; to anybody else the token is used.
     */
    public Enrolment.Response enrol(Enrolment.Request request) {
        String keyHash = keyHash(request.csrPem());
        return transactions.run(() -> {
            Instant now = clock.instant();
            int used = database.update(
                    "UPDATE node_join_token SET used_at = ?, used_key_hash = ? WHERE token_hash = ? AND node_name = ?"
                            + " AND (used_at IS NULL OR used_key_hash = ?) AND expires_at > ?",
                    now,
                    keyHash,
                    Hashes.hex(request.joinToken()),
                    request.nodeName(),
                    keyHash,
                    now);
            if (used == 0) {
                throw Problem.of(403, "join-token-refused", "This token is unknown, used, expired or another node's.");
            }
            UUID nodeId = nodeNamed(request.nodeName(), now);
            Enrolment.Response response = certify(nodeId, request.csrPem());
            audit.record(actor(nodeId), Deed.of("node.enrol", "node", nodeId).with("name " + request.nodeName()));
            return response;
        });
    }

    /** The next certificate, for a node that proved who it is with the old one. */
    public Enrolment.Response renew(UUID nodeId, Enrolment.RenewRequest request) {
        return transactions.run(() -> {
            Enrolment.Response response = certify(nodeId, request.csrPem());
            audit.record(actor(nodeId), Deed.of("node.renew", "node", nodeId));
            return response;
        });
    }

    private UUID nodeNamed(String name, Instant now) {
        UUID fresh = Ids.next(clock);
        int made = database.update(
                "INSERT IGNORE INTO node (id, name, state, cpu_overcommit_percent, created_at)"
                        + " VALUES (?, ?, 'ACTIVE', ?, ?)",
                fresh,
                name,
                demo.overcommit(),
                now);
        if (made == 1) {
            demo.firstPool().ifPresent(pool -> addresses.addNextFree(fresh, pool));
            return fresh;
        }
        UUID id = database.one("SELECT id FROM node WHERE name = ? FOR UPDATE", row -> row.uuid("id"), name)
                .orElseThrow();
        if (database.number("SELECT COUNT(*) AS n FROM node_death WHERE node_id = ?", id) > 0) {
            throw Problem.of(403, "node-dead", "A node of this name was declared gone for good: take another name.");
        }
        // whoever held the old identity, lost or stolen, is out
        database.update("UPDATE node_certificate SET revoked_at = ? WHERE node_id = ? AND revoked_at IS NULL", now, id);
        return id;
    }

    private Enrolment.Response certify(UUID nodeId, String csrPem) {
        Authority ca = authority.get();
        Instant now = clock.instant();
        try {
            X509Certificate certificate = ca.node(nodeId.toString(), csrPem, now);
            String pem = Authority.pem(certificate);
            database.update(
                    "INSERT INTO node_certificate (serial, node_id, certificate_pem, not_after, created_at)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    serial(certificate),
                    nodeId,
                    pem,
                    certificate.getNotAfter().toInstant(),
                    now);
            return new Enrolment.Response(nodeId.toString(), pem, Authority.pem(ca.certificate()));
        } catch (Authority.BadRequestException e) {
            throw refused(e);
        }
    }

    private static String keyHash(String csrPem) {
        try {
            return Hashes.hex(Authority.keyOf(csrPem).getEncoded());
        } catch (Authority.BadRequestException e) {
            throw refused(e);
        }
    }

    private static Problem refused(Authority.BadRequestException e) {
        Problem problem = Problem.invalid("csrPem", String.valueOf(e.getMessage()));
        problem.initCause(e);
        return problem;
    }

    static String serial(X509Certificate certificate) {
        return "%040x".formatted(certificate.getSerialNumber());
    }

    static Caller actor(UUID nodeId) {
        return new Caller("node:" + nodeId, "node", "", Set.of());
    }

    /** The node a certificate was made for, while it is neither revoked nor over and the node is in service. */
    Optional<UUID> nodeOf(X509Certificate certificate) {
        return database.one(
                "SELECT c.node_id FROM node_certificate c JOIN node n ON n.id = c.node_id WHERE c.serial = ?"
                        + " AND c.revoked_at IS NULL AND c.not_after > ? AND n.state <> 'RETIRED'",
                row -> row.uuid("node_id"),
                serial(certificate),
                clock.instant());
    }

    /** Tokens nobody can use any more. */
    void forgetOld() {
        Instant before = clock.instant().minus(Duration.ofDays(1));
        database.update("DELETE FROM node_join_token WHERE expires_at < ? LIMIT 1000", before);
    }
}
