package dev.berth.dunning;

import dev.berth.account.AccountService;
import dev.berth.dunning.Letters.Letter;
import dev.berth.mail.Mail;
import dev.berth.mail.Outbox;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Tells accounts what was done and what comes: in the portal always, and by mail where the account has an address. */
@ApplicationScoped
class Notices {
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+");

    private final Database database;
    private final AccountService accounts;
    private final Outbox outbox;
    private final InstantSource clock;

    Notices(Database database, AccountService accounts, Outbox outbox, InstantSource clock) {
        this.database = database;
        this.accounts = accounts;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** In the transaction of what is told: told once, or not at all. */
    void tell(DunningCase one, Letter letter) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO dunning_notice (id, account_id, case_id, subject, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                id,
                one.accountId(),
                one.id(),
                letter.subject(),
                letter.body(),
                clock.instant());
        String email = accounts.byId(one.accountId()).email();
        if (ADDRESS.matcher(email).matches()) {
            outbox.queue(new Mail(
                    "dunning/" + id,
                    "dunning",
                    Optional.of(one.accountId()),
                    Mail.Address.to(email),
                    Locale.ENGLISH,
                    letter.subject(),
                    letter.body(),
                    List.of()));
        }
    }
}
