package dev.berth.catalog;

import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Writes prices of add-ons, which are only ever added. */
@ApplicationScoped
class AddOnStore {
    private final Database database;
    private final Shelf shelf;
    private final InstantSource clock;

    AddOnStore(Database database, Shelf shelf, InstantSource clock) {
        this.database = database;
        this.shelf = shelf;
        this.clock = clock;
    }

    /** @param wholesale of a reseller's: the version of the house's that it stands on */
    record Version(UUID addOn, int version, String currency, Optional<UUID> wholesale) {}

    void insert(Version version, AddOnPrices prices) {
        database.update(
                "INSERT INTO add_on_version (id, add_on_id, version, valid_from, currency, monthly_price, setup_price,"
                        + " wholesale_version_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                version.addOn(),
                version.version(),
                shelf.now(),
                version.currency(),
                prices.monthly(),
                prices.setup(),
                version.wholesale());
    }
}
