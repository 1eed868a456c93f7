package dev.berth.account;

import dev.berth.platform.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Who is served and billed.
 *
 * @param externalId the reseller's own name for it
 * @param resellerId whose customer it is; empty for ours
 * @param version for If-Match
 */
public record Account(
        UUID id,
        Kind kind,
        String name,
        String email,
        Optional<String> externalId,
        Optional<UUID> resellerId,
        String currency,
        State state,
        boolean mayPayByInvoice,
        Instant createdAt,
        long version) {

    public enum Kind {
        CUSTOMER,
        RESELLER
    }

    public enum State {
        ACTIVE,
        CLOSED
    }

    static Account of(Row row) {
        return new Account(
                row.uuid("id"),
                row.constant("kind", Kind.class),
                row.text("name"),
                row.text("email"),
                row.optionalText("external_id"),
                row.optionalUuid("reseller_id"),
                row.text("currency"),
                row.constant("state", State.class),
                row.flag("may_pay_by_invoice"),
                row.instant("created_at"),
                row.number("version"));
    }
}
