package dev.berth.dunning;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.dunning.Letters.Letter;
import dev.berth.mail.Mail;
import dev.berth.mail.Outbox;
import dev.berth.party.BillingProfiles;
import dev.berth.party.Language;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Tells accounts what was done and what comes: in the portal always, and by mail where the account has an address. */
@ApplicationScoped
class Notices {
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+");

    private final Database database;
    private final AccountService accounts;
    private final BillingProfiles profiles;
    private final Outbox outbox;
    private final InstantSource clock;

    Notices(Database database, AccountService accounts, BillingProfiles profiles, Outbox outbox, InstantSource clock) {
        this.database = database;
        this.accounts = accounts;
        this.profiles = profiles;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** In the transaction of what is told: told once, or not at all. In the language that the account is billed in. */
    void tell(DunningCase one, Function<Letters, Letter> writing) {
        Account account = accounts.byId(one.accountId());
        Language language = profiles.of(account).language();
        Letter letter = writing.apply(new Letters(language));
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO dunning_notice (id, account_id, case_id, subject, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                id,
                one.accountId(),
                one.id(),
                letter.subject(),
                letter.body(),
                clock.instant());
        String email = account.email();
        if (ADDRESS.matcher(email).matches()) {
            outbox.queue(new Mail(
                    "dunning/" + id,
                    "dunning",
                    Optional.of(one.accountId()),
                    Mail.Address.to(email),
                    language.locale(),
                    letter.subject(),
                    letter.body(),
                    List.of()));
        }
    }
}
