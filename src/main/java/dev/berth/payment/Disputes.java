package dev.berth.payment;

import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Lot;
import dev.berth.ledger.Rules;
import dev.berth.ledger.Source;
import dev.berth.ledger.store.LedgerStore;
import dev.berth.payment.GatewayEvent.Disputed;
import dev.berth.payment.GatewayEvent.Verdict;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Payments that customers deny. While it is open the gateway holds the money back; won, it is there again; lost, what is left of
 * the payment's credit goes first, then what it paid is owed again, and the house bears what is neither.
 */
@ApplicationScoped
class Disputes {
    private static final String ACTOR = Charges.SYSTEM.subject();

    private final Database database;
    private final PaymentStore payments;
    private final OpenInvoices invoices;
    private final LedgerStore ledger;
    private final InstantSource clock;

    Disputes(Database database, PaymentStore payments, OpenInvoices invoices, LedgerStore ledger, InstantSource clock) {
        this.database = database;
        this.payments = payments;
        this.invoices = invoices;
        this.ledger = ledger;
        this.clock = clock;
    }

    private record Known(UUID id, Verdict verdict) {}

    /** @param payment received, its row held */
    String take(Payment payment, Disputed disputed) {
        Known known = known(disputed).orElseGet(() -> open(payment, disputed));
        if (known.verdict() != Verdict.OPEN) {
            return "decided before";
        }
        switch (disputed.verdict()) {
            case OPEN -> {
                // it is noted
            }
            case WON ->
                ledger.post(
                        ACTOR, Rules.disputeWon(disputed.amount(), known.id().toString()));
            case LOST -> lost(payment, known.id(), disputed.amount());
        }
        if (disputed.verdict() != Verdict.OPEN) {
            database.update(
                    "UPDATE dispute SET state = ?, closed_at = ? WHERE id = ?",
                    disputed.verdict(),
                    clock.instant(),
                    known.id());
        }
        return "dispute " + disputed.verdict();
    }

    private Optional<Known> known(Disputed disputed) {
        return database.one(
                "SELECT id, state FROM dispute WHERE external_id = ? FOR UPDATE",
                row -> new Known(row.uuid("id"), row.constant("state", Verdict.class)),
                disputed.externalId());
    }

    private Known open(Payment payment, Disputed disputed) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO dispute (id, payment_id, external_id, state, amount, opened_at) VALUES (?, ?, ?, 'OPEN', ?, ?)",
                id,
                payment.id(),
                disputed.externalId(),
                disputed.amount().minor(),
                clock.instant());
        ledger.post(ACTOR, Rules.disputeOpened(disputed.amount(), id.toString()));
        if (disputed.fee().isPositive()) {
            ledger.post(ACTOR, Rules.feeTaken(disputed.fee(), Rules.DISPUTE, id.toString()));
        }
        return new Known(id, Verdict.OPEN);
    }

    private void lost(Payment payment, UUID dispute, Money amount) {
        AccountId account = payment.account().orElseThrow();
        UUID lot = payment.lot().orElseThrow();
        List<Allocation> paid = payments.ofLot(lot).stream()
                .filter(part -> part.reversedAt().isEmpty())
                .toList();
        // invoices first, then the ledger's account: the order of everybody who pays
        paid.forEach(part -> invoices.lock(part.invoice()));
        Money missing = amount.minus(fromCredit(account, lot, dispute, amount));
        for (Allocation part : paid.reversed()) {
            if (missing.isPositive()) {
                missing = missing.minus(takeBack(account, part));
            }
        }
        if (missing.minor() < 0) {
            // the last invoice was taken back whole: what is too much is the account's credit again
            ledger.post(ACTOR, Rules.disputeRest(account, missing.negated(), dispute.toString()));
        } else if (missing.isPositive()) {
            ledger.post(ACTOR, Rules.disputeBorne(missing, dispute.toString()));
        }
    }

    private Money fromCredit(AccountId account, UUID lot, UUID dispute, Money most) {
        List<Lot.Take> takes = ledger.lots(Rules.of(account, AccountKind.CREDIT, most)).stream()
                .filter(open -> open.id().equals(lot))
                .flatMap(open -> Lot.upTo(List.of(open), most).stream())
                .toList();
        Money taken = Money.zero(most.currency());
        for (Lot.Take take : takes) {
            Source source = new Source(Rules.DISPUTE, dispute.toString(), "lost-credit");
            ledger.postFrom(lot, ACTOR, Rules.disputeLost(account, AccountKind.CREDIT, take.amount(), source));
            taken = taken.plus(take.amount());
        }
        return taken;
    }

    private Money takeBack(AccountId account, Allocation part) {
        Source source = new Source(Rules.ALLOCATION, part.id().toString(), "lost");
        ledger.post(ACTOR, Rules.disputeLost(account, AccountKind.RECEIVABLE, part.amount(), source));
        database.update("UPDATE payment_allocation SET reversed_at = ? WHERE id = ?", clock.instant(), part.id());
        invoices.takenBack(part.invoice(), part.amount());
        return part.amount();
    }
}
