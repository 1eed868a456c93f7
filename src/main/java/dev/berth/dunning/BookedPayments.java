package dev.berth.dunning;

import dev.berth.platform.Database;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Judges by what was booked: a bank whose statements came and then did not, and payments whose result a gateway did not tell. Where neither was ever
 * used nothing is known, and nothing is wrong.
 */
@DefaultBean
@ApplicationScoped
class BookedPayments implements PaymentHealth {
    private final Database database;
    private final DunningSettings settings;
    private final InstantSource clock;

    BookedPayments(Database database, DunningSettings settings, InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Optional<String> trouble() {
        return silentBank().or(this::unknownResults);
    }

    private Optional<String> silentBank() {
        Instant latest = clock.instant().minus(settings.bankSilence());
        Optional<Instant> newest = database.one(
                        "SELECT MAX(imported_at) AS newest FROM bank_statement", row -> row.optionalInstant("newest"))
                .orElseThrow();
        return newest.filter(at -> at.isBefore(latest)).map("no bank statement was imported since %s"::formatted);
    }

    private Optional<String> unknownResults() {
        long unknown = database.number("SELECT COUNT(*) AS n FROM payment WHERE state = 'UNKNOWN'");
        return unknown >= settings.unknownPayments()
                ? Optional.of("%d payments were sent whose result no gateway has told".formatted(unknown))
                : Optional.empty();
    }
}
