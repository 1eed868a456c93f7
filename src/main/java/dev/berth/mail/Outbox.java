package dev.berth.mail;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.mail.OutboxMail.Attempt;
import dev.berth.mail.OutboxMail.State;
import dev.berth.platform.Caller;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where mail is put in to go out, and where staff see what became of it. */
@ApplicationScoped
public class Outbox {
    private final OutboxStore store;
    private final Courier courier;
    private final Transactions transactions;
    private final AuditService audit;

    Outbox(OutboxStore store, Courier courier, Transactions transactions, AuditService audit) {
        this.store = store;
        this.courier = courier;
        this.transactions = transactions;
        this.audit = audit;
    }

    /**
     * Puts a mail in, in the caller's transaction: it goes out if that commits, and only then.
     *
     * @return whether its key is new; a second mail of a key is not sent
     */
    public boolean queue(Mail mail) {
        return transactions.run(() -> store.insert(mail));
    }

    /** What became of the mail of a key; empty where none was put in. */
    public Optional<OutboxMail> ofKey(String key) {
        return store.ofKey(key);
    }

    /** Whether a mail server is configured. */
    public boolean configured() {
        return courier.ready();
    }

    /** What is asked of the list; everything empty is everything. */
    public record Query(Optional<State> state, Optional<UUID> account) {}

    /** Staff: newest first. */
    public Page<OutboxMail> list(Caller caller, Query query, Page.Ask ask) {
        Tenancy.requireStaff(caller);
        return Page.of(store.list(query, ask), ask, OutboxMail::id);
    }

    /** A mail with its attempts, oldest first. */
    public record Traced(OutboxMail stored, List<Attempt> attempts) {
        public Traced {
            attempts = List.copyOf(attempts);
        }
    }

    /** Staff: one mail and what was tried. */
    public Traced get(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        OutboxMail mail = store.find(id).orElseThrow(() -> Problem.notFound("mail"));
        return new Traced(mail, store.attempts(id));
    }

    /** Staff: how many wait and how many were given up. */
    public record Count(long queued, long failed) {}

    public Count count(Caller caller) {
        Tenancy.requireStaff(caller);
        return new Count(store.count(State.QUEUED), store.count(State.FAILED));
    }

    /**
     * Staff: sends a mail once more, whether it arrived or not.
     *
     * @throws Problem 409 while it waits to be sent
     */
    public Traced sendAgain(Caller caller, UUID id, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String why = faults.text("reason", reason, 500);
        faults.throwIfAny();
        return transactions.run(() -> {
            OutboxMail mail = store.find(id).orElseThrow(() -> Problem.notFound("mail"));
            if (!store.requeue(id)) {
                throw Problem.conflict("mail-waits", "This mail waits to be sent already.");
            }
            Deed deed = Deed.of("mail.send-again", "mail", id)
                    .because(why)
                    .with(mail.mail().kind() + " to " + mail.mail().address().recipient());
            audit.record(caller, mail.mail().account().map(deed::account).orElse(deed));
            return get(caller, id);
        });
    }
}
