package dev.berth.payment;

import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/**
 * Money from outside.
 *
 * @param account empty while nobody knows whose it is
 * @param invoice what it is meant for; empty for a top-up
 * @param externalId the bank's or gateway's name for it
 * @param refunded how much of it was sent back
 * @param lot of the account's credit that it became
 * @param reason why it failed, is not matched, or not known
 */
public record Payment(
        UUID id,
        Optional<AccountId> account,
        Method method,
        State state,
        Optional<InvoiceId> invoice,
        Optional<String> externalId,
        Money amount,
        Money refunded,
        Optional<UUID> lot,
        Payer payer,
        Optional<String> reason,
        Instant createdAt,
        Optional<Instant> receivedAt) {

    /** By which way it comes. */
    public enum Method {
        BANK_TRANSFER,
        STRIPE
    }

    /** CREATED, PENDING and UNKNOWN are on their way; UNMATCHED and RECEIVED are here; FAILED moved nothing. */
    public enum State {
        CREATED,
        PENDING,
        UNKNOWN,
        UNMATCHED,
        RECEIVED,
        FAILED;

        public boolean open() {
            return this == CREATED || this == PENDING || this == UNKNOWN;
        }
    }

    /**
     * Who sent it, as the bank says.
     *
     * @param account the sender's IBAN
     * @param remittance what the sender wrote
     */
    public record Payer(Optional<String> name, Optional<String> account, Optional<String> remittance) {
        public static final Payer UNKNOWN = new Payer(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What of it can still be sent back. */
    public Money refundable() {
        return state == State.RECEIVED ? amount.minus(refunded) : Money.zero(amount.currency());
    }

    static Payment of(Row row) {
        Currency currency = Currency.getInstance(row.text("currency"));
        return new Payment(
                row.uuid("id"),
                row.optionalUuid("account_id").map(AccountId::new),
                row.constant("method", Method.class),
                row.constant("state", State.class),
                row.optionalUuid("invoice_id").map(InvoiceId::new),
                row.optionalText("external_id"),
                new Money(row.number("amount"), currency),
                new Money(row.number("refunded"), currency),
                row.optionalUuid("lot_id"),
                new Payer(
                        row.optionalText("payer_name"),
                        row.optionalText("payer_account"),
                        row.optionalText("remittance")),
                row.optionalText("reason"),
                row.instant("created_at"),
                row.optionalInstant("received_at"));
    }
}
