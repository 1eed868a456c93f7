package dev.berth.catalog;

import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads add-ons. */
@ApplicationScoped
public class AddOnCatalog {
    private static final String IN_FORCE = "w.version = (SELECT MAX(x.version) FROM add_on_version x"
            + " WHERE x.add_on_id = o.id AND x.valid_from <= ?)";

    private final Database database;
    private final InstantSource clock;

    AddOnCatalog(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What can be bought, in the order of the shelf. */
    public List<AddOn> listed() {
        return database.list(
                AddOn.SELECT + "o.listed AND " + IN_FORCE + " ORDER BY o.position, o.slug", AddOn::of, clock.instant());
    }

    /** Packs of CPU credit that can be bought, in the order of the shelf. */
    public List<AddOn> packs() {
        return listed().stream()
                .filter(addOn -> addOn.kind() == AddOn.Kind.CPU_CREDIT)
                .toList();
    }

    /** One that can be bought, with the version in force. */
    public Optional<AddOn> bySlug(String slug) {
        return database.one(AddOn.SELECT + "o.slug = ? AND o.listed AND " + IN_FORCE, AddOn::of, slug, clock.instant());
    }

    /** One at one of its versions, for sale or not. */
    public AddOn byVersion(UUID versionId) {
        return database.one(AddOn.SELECT + "w.id = ?", AddOn::of, versionId)
                .orElseThrow(() -> Problem.notFound("add-on version"));
    }
}
