package dev.berth.catalog;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What plans and add-ons have alike, the house's and resellers': a short name that is somebody's, what is shown, and a trail. */
@ApplicationScoped
class Shelf {
    private static final Pattern SLUG = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final int LAST_POSITION = 1_000_000;

    private final Database database;
    private final AuditService audit;
    private final InstantSource clock;

    Shelf(Database database, AuditService audit, InstantSource clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    enum Ware {
        PLAN("plan", "plan", "a plan"),
        ADD_ON("add_on", "add-on", "an add-on");

        private final String table;
        private final String word;
        private final String one;

        Ware(String table, String word, String one) {
            this.table = table;
            this.word = word;
            this.one = one;
        }

        Place ofHouse(String slug) {
            return new Place(this, Optional.empty(), slug);
        }

        Place of(UUID reseller, String slug) {
            return new Place(this, Optional.of(reseller), slug);
        }

        /** A plan says what it is good for; an add-on may. */
        private String summary(InputFaults faults, @Nullable String given) {
            return switch (this) {
                case PLAN -> faults.text("summary", given, 200);
                case ADD_ON -> faults.optionalText("summary", given, 200);
            };
        }
    }

    /** @param owner empty for the house */
    record Place(Ware ware, Optional<UUID> owner, String slug) {
        Problem taken() {
            return Problem.conflict("slug-taken", "There is %s named %s.".formatted(ware.one, slug));
        }
    }

    /** What is shown of one. */
    record Face(String name, String summary, int position, boolean listed) {}

    /** The same as it came from outside; what is left out stays, or is 0 and for sale. */
    record NewFace(
            @Nullable String name,
            @Nullable String summary,
            @Nullable Integer position,
            @Nullable Boolean listed) {}

    static String slug(InputFaults faults, @Nullable String given) {
        String slug = faults.text("slug", given, 40);
        faults.check(
                slug.isEmpty() || SLUG.matcher(slug).matches(),
                "slug",
                "must be small letters, digits and hyphens, beginning with a letter");
        return slug;
    }

    static Face face(InputFaults faults, Ware ware, NewFace given) {
        return new Face(
                faults.text("name", given.name(), 80),
                ware.summary(faults, given.summary()),
                position(faults, given.position(), 0),
                given.listed() == null || given.listed());
    }

    private static int position(InputFaults faults, @Nullable Integer given, int otherwise) {
        int position = given == null ? otherwise : given;
        faults.check(position >= 0 && position <= LAST_POSITION, "position", "must be from 0 to " + LAST_POSITION);
        return position;
    }

    /** So that two new versions at once get two numbers. */
    UUID locked(Place place) {
        return database.one(
                        "SELECT id FROM %s WHERE slug = ? AND owner_id <=> ? FOR UPDATE".formatted(place.ware().table),
                        row -> row.uuid("id"),
                        place.slug(),
                        place.owner())
                .orElseThrow(() -> Problem.notFound(place.ware().word));
    }

    /** Within a transaction. */
    void change(Caller caller, Place place, NewFace given) {
        UUID id = locked(place);
        String table = place.ware().table;
        Face was = database.one(
                        "SELECT name, summary, position, listed FROM %s WHERE id = ?".formatted(table),
                        row -> new Face(
                                row.text("name"), row.text("summary"), row.integer("position"), row.flag("listed")),
                        id)
                .orElseThrow();
        InputFaults faults = new InputFaults();
        Face face = new Face(
                given.name() == null ? was.name() : faults.text("name", given.name(), 80),
                given.summary() == null ? was.summary() : place.ware().summary(faults, given.summary()),
                position(faults, given.position(), was.position()),
                given.listed() == null ? was.listed() : given.listed());
        faults.throwIfAny();
        database.update(
                "UPDATE %s SET name = ?, summary = ?, position = ?, listed = ? WHERE id = ?".formatted(table),
                face.name(),
                face.summary(),
                face.position(),
                face.listed(),
                id);
        record(
                caller,
                place,
                id,
                "change",
                "%s, %s".formatted(place.slug(), face.listed() ? "for sale" : "not for sale"));
    }

    /** @param done such as {@code create} */
    void record(Caller caller, Place place, UUID id, String done, String words) {
        Deed deed =
                Deed.of(place.ware().word + "." + done, place.ware().word, id).with(words);
        audit.record(caller, place.owner().map(deed::account).orElse(deed));
    }

    /** As fine as the columns. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
