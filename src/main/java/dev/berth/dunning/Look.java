package dev.berth.dunning;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.dunning.CaseStore.Pressing;
import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.Deed.Announce;
import dev.berth.dunning.ladder.Deed.Remind;
import dev.berth.dunning.ladder.Deed.Resume;
import dev.berth.dunning.ladder.Deed.Take;
import dev.berth.dunning.ladder.Deed.Withdraw;
import dev.berth.dunning.ladder.Ladder;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.platform.Caller;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Asks the ladder what is to be done in a case, and notes it. What hurts becomes ready only: the gate releases it. */
@ApplicationScoped
class Look {
    static final Caller SYSTEM = Caller.system("dunning");

    private final CaseStore cases;
    private final Notices notices;
    private final Policies policies;
    private final AuditService audit;
    private final InstantSource clock;

    Look(CaseStore cases, Notices notices, Policies policies, AuditService audit, InstantSource clock) {
        this.cases = cases;
        this.notices = notices;
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
    }

    /** Called in a transaction that holds the case's row. */
    void at(DunningCase one) {
        Instant now = clock.instant();
        Pressing pressing = cases.pressing(one, now);
        List<Deed> trail = new ArrayList<>();
        if (pressing.chargedFirst() && inForce(one)) {
            beginAnew(one, pressing.overdue(), trail);
        } else {
            Found found = new Found(now, pressing.unpaid());
            Ladder.due(one.policy(), cases.situation(one, pressing), now)
                    .forEach(deed -> note(one, deed, found, trail));
        }
        // the trail is written last: its end is the one row that every writer waits for
        trail.forEach(entry -> audit.record(SYSTEM, entry));
    }

    /** What was overdue at that time, without what a card is charged for first. */
    private record Found(Instant at, List<Unpaid> unpaid) {
        Unpaid named(InvoiceId invoice) {
            return unpaid.stream()
                    .filter(one -> one.invoice().equals(invoice))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void note(DunningCase one, dev.berth.dunning.ladder.Deed deed, Found found, List<Deed> trail) {
        switch (deed) {
            case Remind remind -> remind(one, remind, found, trail);
            case Announce announce -> announce(one, announce, found, trail);
            case Take take -> cases.ready(one.id(), take.step());
            case Withdraw withdraw -> withdraw(one, withdraw.step(), trail);
            case Resume() -> resume(one, trail);
        }
    }

    private void remind(DunningCase one, Remind deed, Found found, List<Deed> trail) {
        Unpaid invoice = found.named(deed.invoice());
        if (cases.remind(one.id(), deed)) {
            notices.tell(one, letters -> letters.reminder(invoice, deed.number()));
            trail.add(entry(one, "dunning.remind", Letters.reason(invoice), "reminder " + deed.number()));
        }
    }

    private void announce(DunningCase one, Announce deed, Found found, List<Deed> trail) {
        if (cases.announce(one.id(), deed, found.at())) {
            notices.tell(one, letters -> letters.announcement(deed.step(), deed.at(), found.unpaid()));
            String reason = Letters.reason(found.named(deed.cause()));
            trail.add(entry(one, "dunning.announce", reason, deed.step() + " at " + deed.at()));
        }
    }

    /** Also what staff let happen: they were asked about that invoice. */
    private void withdraw(DunningCase one, LadderStep step, List<Deed> trail) {
        cases.steps(one.id()).stream().filter(row -> row.step() == step).forEach(row -> {
            cases.withdraw(row.id());
            String reason = "Invoice %s is settled, or a card is charged for it first.".formatted(row.label());
            trail.add(entry(one, "dunning.withdraw", reason, step + " at " + row.announcedFor()));
        });
    }

    private boolean inForce(DunningCase one) {
        return cases.steps(one.id()).stream().anyMatch(step -> step.releasedAt().isPresent());
    }

    private void resume(DunningCase one, List<Deed> trail) {
        cases.settled(one.id());
        if (cases.hurt(one.id())) {
            notices.tell(one, Letters::resumed);
        }
        trail.add(entry(one, "dunning.settled", "Nothing overdue is left.", "what was held back is let go"));
    }

    /**
     * Nobody is held back for what a card is charged for first. It becomes a case of its own, in which nothing is in force: should
     * no charge work, that one begins with its notices.
     */
    private void beginAnew(DunningCase one, List<Unpaid> left, List<Deed> trail) {
        cases.settled(one.id());
        cases.open(one.accountId(), policies.current(left.getFirst().seller()));
        cases.handOver(one.id(), one.accountId());
        if (cases.hurt(one.id())) {
            notices.tell(one, letters -> letters.resumedBeforeCharge(left));
        }
        trail.add(entry(one, "dunning.settled", "A card is charged for what is left.", "what was held back is let go"));
    }

    /** Who did it: the invoice in the reason, the rule in the detail. */
    static Deed entry(DunningCase one, String action, String reason, String detail) {
        return Deed.of(action, "account", one.accountId())
                .account(one.accountId())
                .because(reason)
                .with("%s; %s".formatted(one.rule(), detail));
    }
}
