package dev.berth.fleet;

import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Which keys nodes have been certified with: those that may sign readings. */
@ApplicationScoped
public class NodeKeys {
    private final Database database;

    NodeKeys(Database database) {
        this.database = database;
    }

    /**
     * @param fingerprint SHA-256 of the key's DER form, hexadecimal
     * @param publicKey DER form in base64
     * @param revokedAt when another one took its place, or the node was retired
     */
    public record NodeKey(
            UUID nodeId,
            String nodeName,
            String fingerprint,
            String publicKey,
            Instant since,
            Optional<Instant> revokedAt) {}

    /** Every key of a node, the oldest first; one that was certified again stands there once for each certificate. */
    public List<NodeKey> of(UUID nodeId) {
        return database.list(
                "SELECT n.name, c.node_id, c.certificate_pem, c.created_at, c.revoked_at FROM node_certificate c"
                        + " JOIN node n ON n.id = c.node_id WHERE c.node_id = ? ORDER BY c.created_at, c.serial LIMIT 1000",
                NodeKeys::key,
                nodeId);
    }

    private static NodeKey key(Row row) {
        try {
            byte[] der = AuthorityStore.parse(row.text("certificate_pem"))
                    .getPublicKey()
                    .getEncoded();
            return new NodeKey(
                    row.uuid("node_id"),
                    row.text("name"),
                    Hashes.hex(der),
                    Base64.getEncoder().encodeToString(der),
                    row.instant("created_at"),
                    row.optionalInstant("revoked_at"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a node's certificate cannot be read", e);
        }
    }
}
