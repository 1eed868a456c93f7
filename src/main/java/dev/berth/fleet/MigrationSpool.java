package dev.berth.fleet;

import dev.berth.contract.Departure;
import dev.berth.platform.Database;
import dev.berth.platform.Hashes;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What a VPS takes along from node to node, while it is on its way. Only its source may hand over, and begin anew, until the portal switches;
 * only its target may take, only after. Whoever else asks is told that there is no such thing.
 */
@ApplicationScoped
class MigrationSpool {
    private final Database database;
    private final Transactions transactions;
    private final long maxBytes;

    MigrationSpool(
            Database database,
            Transactions transactions,
            @ConfigProperty(name = "berth.migration.max-bytes") long maxBytes) {
        this.database = database;
        this.transactions = transactions;
        this.maxBytes = maxBytes;
    }

    private record Moving(UUID source, UUID target, boolean copying, boolean switched, Optional<String> departure) {
        static Moving of(Row row) {
            return new Moving(
                    row.uuid("source_node_id"),
                    row.uuid("target_node_id"),
                    row.text("state").equals("COPYING"),
                    row.text("state").equals("SWITCHED"),
                    row.optionalText("departure"));
        }
    }

    /** A piece that comes again replaces the one that was there: a transfer that broke begins anew. */
    void leave(UUID node, UUID migration, int n, byte[] piece) {
        transactions.run(() -> {
            boolean anew = source(node, migration).departure().isPresent();
            if (piece.length == 0 || piece.length > Departure.PIECE_BYTES) {
                throw Problem.invalid("piece", "has %d bytes".formatted(piece.length));
            }
            if ((long) n * Departure.PIECE_BYTES + piece.length > maxBytes) {
                throw Problem.of(413, "too-large", "A disk that moves may have %d bytes.".formatted(maxBytes));
            }
            if (anew) {
                database.update("UPDATE migration SET departure = NULL WHERE id = ?", migration);
            }
            database.update(
                    "REPLACE INTO migration_piece (migration_id, n, bytes) VALUES (?, ?, ?)", migration, n, piece);
        });
    }

    /** All pieces are there: what they are is checked here, so that the target is not asked for what cannot arrive. */
    void leave(UUID node, UUID migration, Departure departure) {
        transactions.run(() -> {
            String text = text(departure);
            if (source(node, migration).departure().filter(text::equals).isPresent()) {
                return;
            }
            database.update(
                    "DELETE FROM migration_piece WHERE migration_id = ? AND n >= ?", migration, departure.pieces());
            require(migration, departure);
            database.update("UPDATE migration SET departure = ? WHERE id = ?", text, migration);
        });
    }

    private void require(UUID migration, Departure departure) {
        MessageDigest sha256 = Hashes.sha256();
        long bytes = 0;
        for (int n = 0; n < departure.pieces(); n++) {
            int number = n;
            byte[] piece = find(migration, n)
                    .orElseThrow(() -> Problem.of(422, "departure-broken", "Piece %d is missing.".formatted(number)));
            sha256.update(piece);
            bytes += piece.length;
        }
        String found = "sha256:" + HexFormat.of().formatHex(sha256.digest());
        if (bytes != departure.archiveBytes() || !found.equals(departure.archiveDigest())) {
            throw Problem.of(
                    422, "departure-broken", "The pieces are %d bytes with the digest %s.".formatted(bytes, found));
        }
    }

    Departure departure(UUID node, UUID migration) {
        String text = target(node, migration).departure().orElseThrow(MigrationSpool::unknown);
        try {
            return AgentApi.JSON.readValue(text, Departure.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] piece(UUID node, UUID migration, int n) {
        return Optional.of(target(node, migration))
                .flatMap(_ -> find(migration, n))
                .orElseThrow(MigrationSpool::unknown);
    }

    private Optional<byte[]> find(UUID migration, int n) {
        return database.one(
                "SELECT bytes FROM migration_piece WHERE migration_id = ? AND n = ?",
                row -> row.bytes("bytes"),
                migration,
                n);
    }

    private Moving source(UUID node, UUID migration) {
        return moving(migration, " FOR UPDATE")
                .filter(m -> m.source().equals(node) && m.copying())
                .orElseThrow(MigrationSpool::unknown);
    }

    private Moving target(UUID node, UUID migration) {
        return moving(migration, "")
                .filter(m -> m.target().equals(node) && m.switched())
                .orElseThrow(MigrationSpool::unknown);
    }

    private Optional<Moving> moving(UUID migration, String lock) {
        return database.one(
                "SELECT source_node_id, target_node_id, state, departure FROM migration WHERE id = ?" + lock,
                Moving::of,
                migration);
    }

    private static String text(Departure departure) {
        try {
            return AgentApi.JSON.writeValueAsString(departure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Problem unknown() {
        return Problem.notFound("migration");
    }

    /** What has arrived, or is back, needs no copy. */
    @RunOnVirtualThread
    @Scheduled(every = "60s", identity = "migration-pieces")
    void forget() {
        database.update("DELETE FROM migration_piece WHERE migration_id IN (SELECT id FROM migration"
                + " WHERE ended_at IS NOT NULL) LIMIT 1000");
    }
}
