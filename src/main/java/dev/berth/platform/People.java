package dev.berth.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Names of people as their tokens last said. Trails keep the subject, which never changes; this is for reading them. */
@ApplicationScoped
public class People {
    private static final int MAX_NAME = 120;
    private static final int MAX_EMAIL = 254;
    private static final int MAX_ASKED = 1_000;
    private static final Duration FRESH = Duration.ofDays(1);

    private final Database database;
    private final InstantSource clock;

    People(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @param email empty where the identity has none */
    public record Person(String subject, String name, String email, boolean staff) {}

    private record Seen(Person person, Instant at) {}

    /** Keeps the caller's name, unless it is known and was seen not long ago. Machines have no other name than their subject. */
    public void meet(Caller caller) {
        Person person = new Person(
                caller.subject(), cut(caller.name(), MAX_NAME), cut(caller.email(), MAX_EMAIL), caller.staff());
        if (!caller.subject().startsWith("user:")
                || person.name().isBlank()
                || person.name().equals(caller.subject())) {
            return;
        }
        Instant now = clock.instant();
        Optional<Seen> known = seen(caller.subject());
        if (known.isPresent()
                && known.get().person().equals(person)
                && known.get().at().isAfter(now.minus(FRESH))) {
            return;
        }
        database.update(
                "INSERT INTO person (subject, name, email, staff, seen_at) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
                        + " name = VALUES(name), email = VALUES(email), staff = VALUES(staff), seen_at = VALUES(seen_at)",
                person.subject(),
                person.name(),
                person.email(),
                person.staff(),
                now);
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }

    private Optional<Seen> seen(String subject) {
        return database.one(
                "SELECT subject, name, email, staff, seen_at FROM person WHERE subject = ?",
                row -> new Seen(person(row), row.instant("seen_at")),
                subject);
    }

    private static Person person(Row row) {
        return new Person(row.text("subject"), row.text("name"), row.text("email"), row.flag("staff"));
    }

    /** Those of the subjects that were ever here, by subject. */
    public Map<String, Person> named(Collection<String> subjects) {
        List<String> asked = subjects.stream()
                .filter(subject -> subject.startsWith("user:"))
                .distinct()
                .limit(MAX_ASKED)
                .toList();
        if (asked.isEmpty()) {
            return Map.of();
        }
        String marks = String.join(", ", Collections.nCopies(asked.size(), "?"));
        return database
                .list(
                        "SELECT subject, name, email, staff FROM person WHERE subject IN (" + marks + ")",
                        People::person,
                        asked.toArray())
                .stream()
                .collect(Collectors.toMap(Person::subject, Function.identity()));
    }
}
