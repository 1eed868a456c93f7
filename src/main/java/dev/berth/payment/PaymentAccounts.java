package dev.berth.payment;

import dev.berth.platform.Database;
import dev.berth.units.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/** How accounts pay: their own creditor reference, and what their credit is used for. */
@ApplicationScoped
class PaymentAccounts {
    private final Database database;

    PaymentAccounts(Database database) {
        this.database = database;
    }

    /** For money that is meant for no invoice. Made when it is first asked for. */
    CreditorReference reference(AccountId account) {
        ensure(account);
        return new CreditorReference(database.one(
                        "SELECT reference_body FROM payment_account WHERE account_id = ?",
                        row -> row.text("reference_body"),
                        account.value())
                .orElseThrow());
    }

    Optional<AccountId> byReference(CreditorReference reference) {
        return database.one(
                "SELECT account_id FROM payment_account WHERE reference_body = ?",
                row -> new AccountId(row.uuid("account_id")),
                reference.body());
    }

    /** Whether credit pays a part of an invoice that it does not cover. */
    boolean partly(AccountId account) {
        return database.number(
                        "SELECT EXISTS (SELECT 1 FROM payment_account WHERE account_id = ? AND credit_partly) AS n",
                        account.value())
                == 1;
    }

    void partly(AccountId account, boolean partly) {
        ensure(account);
        database.update("UPDATE payment_account SET credit_partly = ? WHERE account_id = ?", partly, account.value());
    }

    /** The saved card of an account. */
    Optional<Gateway.Card> card(AccountId account) {
        return database.one(
                "SELECT gateway_customer, gateway_card FROM payment_account"
                        + " WHERE account_id = ? AND gateway_card IS NOT NULL",
                row -> new Gateway.Card(row.text("gateway_customer"), row.text("gateway_card")),
                account.value());
    }

    /** The saved card, held until the transaction ends: nobody removes or replaces it meanwhile. */
    Optional<Gateway.Card> lockCard(AccountId account) {
        ensure(account);
        database.one(
                "SELECT account_id FROM payment_account WHERE account_id = ? FOR UPDATE",
                row -> row.uuid("account_id"),
                account.value());
        return card(account);
    }

    /** When the saved card was, as far as it is known. */
    Optional<Instant> cardSavedAt(AccountId account) {
        return database.one(
                        "SELECT card_saved_at FROM payment_account WHERE account_id = ?",
                        row -> row.optionalInstant("card_saved_at"),
                        account.value())
                .flatMap(at -> at);
    }

    /** With what was agreed of it. */
    void removeCard(AccountId account) {
        database.update(
                "UPDATE payment_account SET gateway_card = NULL, card_saved_at = NULL, charge_agreed_at = NULL,"
                        + " charge_agreed_by = NULL WHERE account_id = ?",
                account.value());
    }

    void card(AccountId account, Gateway.Card card, Optional<Instant> at) {
        ensure(account);
        database.update(
                "UPDATE payment_account SET gateway_customer = ?, gateway_card = ?, card_saved_at = ? WHERE account_id = ?",
                card.customer(),
                card.card(),
                at,
                account.value());
    }

    /** When an account agreed that its saved card is charged by itself; empty: it is not. */
    Optional<Instant> agreed(AccountId account) {
        return database.one(
                        "SELECT charge_agreed_at FROM payment_account WHERE account_id = ?",
                        row -> row.optionalInstant("charge_agreed_at"),
                        account.value())
                .flatMap(at -> at);
    }

    /** Whether it has agreed and there is a card. */
    boolean charged(AccountId account) {
        return agreed(account).isPresent() && card(account).isPresent();
    }

    /** @param by who agreed, and when; empty: it is not agreed to any more */
    void agree(AccountId account, Optional<Agreed> by) {
        ensure(account);
        database.update(
                "UPDATE payment_account SET charge_agreed_at = ?, charge_agreed_by = ? WHERE account_id = ?",
                by.map(Agreed::at),
                by.map(Agreed::subject),
                account.value());
    }

    record Agreed(String subject, Instant at) {}

    private void ensure(AccountId account) {
        database.update(
                "INSERT INTO payment_account (account_id, reference_body) VALUES (?, ?)"
                        + " ON DUPLICATE KEY UPDATE account_id = account_id",
                account.value(),
                CreditorReference.ofAccount(account.value()).body());
    }
}
