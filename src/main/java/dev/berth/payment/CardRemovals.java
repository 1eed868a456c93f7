package dev.berth.payment;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.payment.CardRemoval.State;
import dev.berth.payment.Gateway.Card;
import dev.berth.payment.GatewayEvent.CardSaved;
import dev.berth.platform.Caller;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Cards that are saved no more. Here a removal holds when its transaction is committed; the gateway is asked after that, until no
 * customer has the card there. Asking twice is harmless: a card goes once.
 */
@ApplicationScoped
public class CardRemovals {
    private static final Logger LOG = Logger.getLogger(CardRemovals.class);
    private static final int MAX_SENT = 20;
    private static final int MAX_SHOWN = 50;

    private final CardRemovalStore removals;
    private final PaymentAccounts accounts;
    private final ChargePlans plans;
    private final Instance<Gateway> gateways;
    private final Tenancy tenancy;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    CardRemovals(
            CardRemovalStore removals,
            PaymentAccounts accounts,
            ChargePlans plans,
            Instance<Gateway> gateways,
            Tenancy tenancy,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.removals = removals;
        this.accounts = accounts;
        this.plans = plans;
        this.gateways = gateways;
        this.tenancy = tenancy;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * First half, in a transaction: the account has no card any more, and does not agree any more that one is charged. Without a
     * card nothing is done. Give the account to {@link #send}.
     */
    public void begin(Caller caller, UUID accountId) {
        tenancy.requireChange(caller, accountId, "account");
        AccountId account = new AccountId(accountId);
        transactions.run(() -> accounts.lockCard(account).ifPresent(card -> remove(caller, account, card)));
    }

    /** First half, in a transaction: the gateway is to be asked again for what it did not let go. Give the account to {@link #send}. */
    public void beginAgain(Caller caller, UUID accountId) {
        tenancy.requireChange(caller, accountId, "account");
        AccountId account = new AccountId(accountId);
        transactions.run(() -> {
            if (removals.again(account, soon())) {
                audit.record(caller, deed("payment.card-ask-again", account));
            }
        });
    }

    /** The same for one, by staff. Give it to {@link #sendOne}. */
    public void beginOne(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        transactions.run(() -> {
            CardRemoval held = removals.lock(id).orElseThrow(() -> Problem.notFound("card removal"));
            if (removals.again(id, soon())) {
                audit.record(caller, deed("payment.card-ask-again", held.account()));
            }
        });
    }

    /** When a removal is looked after that nobody has sent by then. */
    private Instant soon() {
        return clock.instant().plus(Looks.wait(0));
    }

    private void remove(Caller caller, AccountId account, Card card) {
        boolean agreed = accounts.agreed(account).isPresent();
        note(caller, account, card, soon());
        accounts.removeCard(account);
        plans.end(account);
        if (agreed) {
            audit.record(caller, deed("payment.charge-withdraw", account));
        }
        audit.record(caller, deed("payment.card-remove", account));
    }

    private static Deed deed(String action, AccountId account) {
        return Deed.of(action, "account", account.value()).account(account.value());
    }

    private void note(Caller caller, AccountId account, Card card, Instant look) {
        removals.insert(
                new CardRemoval(Ids.next(clock), account, card, State.CREATED, 0, Optional.empty(), clock.instant()),
                caller.subject(),
                look);
    }

    /**
     * A gateway tells that a card was saved, in a transaction. It may tell late and twice: a card that was removed stays removed.
     * Of two cards the one that was saved first is to be removed, in whatever order they are told of; what was agreed stays.
     *
     * @return what was done, for the record
     */
    String saved(CardSaved event) {
        AccountId account = event.account();
        Card card = event.card();
        Optional<Card> before = accounts.lockCard(account);
        if (removals.removed(card)) {
            return "of a card that was removed";
        }
        if (before.equals(Optional.of(card))) {
            return "card known";
        }
        if (before.isPresent() && event.at().filter(at -> isOlder(account, at)).isPresent()) {
            note(Charges.SYSTEM, account, card, clock.instant());
            return "an older card than the one that is saved";
        }
        before.ifPresent(old -> note(Charges.SYSTEM, account, old, clock.instant()));
        accounts.card(account, card, event.at());
        if (before.isPresent()) {
            audit.record(Charges.SYSTEM, deed("payment.card-remove", account).because("another card was saved"));
        }
        return "card saved";
    }

    private boolean isOlder(AccountId account, Instant at) {
        return accounts.cardSavedAt(account).filter(at::isBefore).isPresent();
    }

    /** Second half, outside of any transaction: asks the gateway. Whatever breaks here is looked after. */
    public void send(UUID accountId) {
        gateways.stream()
                .filter(Gateway::on)
                .findFirst()
                .ifPresent(gateway ->
                        removals.unsent(new AccountId(accountId), MAX_SENT).forEach(removal -> send(gateway, removal)));
    }

    /** The same of the account of one. */
    public CardRemoval sendOne(UUID id) {
        CardRemoval removal = removals.find(id).orElseThrow();
        send(removal.account().value());
        return removals.find(id).orElseThrow();
    }

    private void send(Gateway gateway, CardRemoval removal) {
        try {
            if (removals.claim(removal.id())) {
                settle(removal.id(), gateway.detach(removal.card()));
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "the end of card removal %s is not known: it is looked after", removal.id());
        }
    }

    /** @return whether there was one to be looked after */
    boolean lookAfter(Gateway gateway) {
        Optional<CardRemoval> due = removals.claimDue();
        due.ifPresent(removal -> {
            try {
                settle(removal.id(), again(gateway, removal.card()));
            } catch (RuntimeException e) {
                LOG.errorf(e, "card removal %s cannot be looked after", removal.id());
                broke(removal.id(), e);
            }
        });
        return due.isPresent();
    }

    /** What is gone by now is not asked to go. */
    private static Outcome again(Gateway gateway, Card card) {
        Outcome found = gateway.lookUpCard(card);
        return found instanceof Outcome.Pending ? gateway.detach(card) : found;
    }

    private void settle(UUID id, Outcome outcome) {
        whileOpen(id, held -> change(held, outcome));
    }

    /** A look like any other: without an answer, and one of those that there are. */
    private void broke(UUID id, RuntimeException e) {
        whileOpen(id, held -> again(held, "the look broke: " + e.getClass().getSimpleName()));
    }

    private void whileOpen(UUID id, Consumer<CardRemoval> change) {
        transactions.run(
                () -> removals.lock(id).filter(held -> held.state().open()).ifPresent(change));
    }

    private void change(CardRemoval held, Outcome outcome) {
        switch (outcome) {
            case Outcome.NotThere ignored -> removals.done(held.id());
            case Outcome.Declined declined -> again(held, declined.reason());
            case Outcome.Unknown unknown -> again(held, unknown.reason());
            case Outcome.Pending ignored -> again(held, "the gateway still has it");
            case Outcome.Succeeded ignored -> again(held, "the gateway did something else");
        }
    }

    /** Rarer each time, and not for ever. A refusal, too: of a key that is wrong, the next one may be right. */
    private void again(CardRemoval held, String reason) {
        Looks.OF_CARD
                .next(held.attempts())
                .ifPresentOrElse(
                        wait -> removals.unknown(
                                held.id(), reason, clock.instant().plus(wait)),
                        () -> {
                            LOG.errorf(
                                    "card removal %s of account %s is given up: %s", held.id(), held.account(), reason);
                            removals.failed(held.id(), reason);
                        });
    }

    /** Cards that the gateway keeps although they were removed here long ago, newest first: staff ask again, or remove them there. */
    public List<CardRemoval> failed(Caller caller) {
        Tenancy.requireStaff(caller);
        return removals.failed(MAX_SHOWN);
    }
}
