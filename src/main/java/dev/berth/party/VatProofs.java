package dev.berth.party;

import dev.berth.party.BillingProfile.VatProof;
import dev.berth.platform.Database;
import dev.berth.tax.VatStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** What is known of accounts' VAT ids. */
@ApplicationScoped
class VatProofs {
    /** An answer older than this proves nothing any more. */
    static final Duration LASTS = Duration.ofDays(90);

    private final Database database;
    private final InstantSource clock;

    VatProofs(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Said(boolean valid, Instant at, Optional<String> reference) {}

    /** By the newest answer about an account's VAT id. */
    VatProof of(UUID account, String id) {
        Instant oldest = clock.instant().minus(LASTS);
        return database.one(
                        "SELECT valid, checked_at, reference FROM vat_id_check WHERE account_id = ? AND vat_id = ?"
                                + " ORDER BY checked_at DESC LIMIT 1",
                        row -> new Said(row.flag("valid"), row.instant("checked_at"), row.optionalText("reference")),
                        account,
                        id)
                .filter(said -> said.at().isAfter(oldest))
                .map(said -> new VatProof(
                        Optional.of(id),
                        said.valid() ? VatStatus.VALID : VatStatus.INVALID,
                        Optional.of(said.at()),
                        said.reference()))
                .orElseGet(() -> VatProof.unchecked(id));
    }
}
