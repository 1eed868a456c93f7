package dev.berth.dunning;

import dev.berth.dunning.ladder.Policy;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Ladders by seller. What the configuration says becomes a version when the first case needs it; cases keep theirs. */
@ApplicationScoped
class Policies {
    private final Database database;
    private final DunningSettings settings;
    private final InstantSource clock;

    Policies(Database database, DunningSettings settings, InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        // a ladder that cannot be is told at the start, not at the first overdue invoice
        Policy.parse(settings.ladder()).text();
        settings.ladderOf().values().forEach(text -> Policy.parse(text).text());
    }

    private record Stored(UUID id, int version, String rungs) {
        static Stored of(Row row) {
            return new Stored(row.uuid("id"), (int) row.number("version"), row.text("rungs"));
        }
    }

    /** The id of the version that holds for new cases of a seller. */
    UUID current(String seller) {
        String wanted = Policy.parse(settings.ladderOf().getOrDefault(seller, settings.ladder()))
                .text();
        Optional<Stored> newest = newest(seller);
        if (newest.isPresent() && newest.get().rungs().equals(wanted)) {
            return newest.get().id();
        }
        try {
            UUID id = Ids.next(clock);
            database.update(
                    "INSERT INTO dunning_policy (id, seller, version, rungs, created_at) VALUES (?, ?, ?, ?, ?)",
                    id,
                    seller,
                    newest.map(Stored::version).orElse(0) + 1,
                    wanted,
                    clock.instant());
            return id;
        } catch (DatabaseException e) {
            if (e.duplicateKey().isEmpty()) {
                throw e;
            }
            return newest(seller).orElseThrow().id(); // another replica was first
        }
    }

    private Optional<Stored> newest(String seller) {
        return database.one(
                "SELECT id, version, rungs FROM dunning_policy WHERE seller = ? ORDER BY version DESC LIMIT 1",
                Stored::of,
                seller);
    }
}
