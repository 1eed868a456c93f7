package dev.berth.dunning;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.dunning.CaseStore.Pressing;
import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.Deed.Announce;
import dev.berth.dunning.ladder.Deed.Remind;
import dev.berth.dunning.ladder.Deed.Resume;
import dev.berth.dunning.ladder.Deed.Take;
import dev.berth.dunning.ladder.Ladder;
import dev.berth.platform.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Asks the ladder what is to be done in a case, and notes it. What hurts becomes ready only: the gate releases it. */
@ApplicationScoped
class Look {
    static final Caller SYSTEM = Caller.system("dunning");

    private final CaseStore cases;
    private final Notices notices;
    private final Overdue overdue;
    private final AuditService audit;
    private final InstantSource clock;

    Look(CaseStore cases, Notices notices, Overdue overdue, AuditService audit, InstantSource clock) {
        this.cases = cases;
        this.notices = notices;
        this.overdue = overdue;
        this.audit = audit;
        this.clock = clock;
    }

    /** Called in a transaction that holds the case's row. */
    void at(DunningCase one) {
        Instant now = clock.instant();
        Pressing pressing = cases.pressing(one, overdue.of(one.accountId(), now));
        List<Unpaid> unpaid = pressing.unpaid();
        List<Deed> trail = new ArrayList<>();
        for (dev.berth.dunning.ladder.Deed deed : Ladder.due(one.policy(), cases.situation(one, pressing), now)) {
            switch (deed) {
                case Remind remind -> remind(one, remind, unpaid, trail);
                case Announce announce -> announce(one, announce, new Found(now, unpaid), trail);
                case Take take -> cases.ready(one.id(), take.step());
                case Resume() -> resume(one, trail);
            }
        }
        // the trail is written last: its end is the one row that every writer waits for
        trail.forEach(entry -> audit.record(SYSTEM, entry));
    }

    private void remind(DunningCase one, Remind deed, List<Unpaid> unpaid, List<Deed> trail) {
        Unpaid invoice = named(unpaid, deed.invoice().value());
        if (cases.remind(one.id(), deed)) {
            notices.tell(one, letters -> letters.reminder(invoice, deed.number()));
            trail.add(entry(one, "dunning.remind", Letters.reason(invoice), "reminder " + deed.number()));
        }
    }

    /** What was overdue at that time, without what a card is charged for first. */
    private record Found(Instant at, List<Unpaid> unpaid) {}

    private void announce(DunningCase one, Announce deed, Found found, List<Deed> trail) {
        List<Unpaid> unpaid = found.unpaid();
        if (cases.announce(one.id(), deed, found.at())) {
            notices.tell(one, letters -> letters.announcement(deed.step(), deed.at(), unpaid));
            String reason = Letters.reason(named(unpaid, deed.cause().value()));
            trail.add(entry(one, "dunning.announce", reason, deed.step() + " at " + deed.at()));
        }
    }

    private void resume(DunningCase one, List<Deed> trail) {
        boolean hurt = cases.steps(one.id()).stream()
                .anyMatch(step -> step.releasedAt().isPresent());
        cases.settled(one.id());
        if (hurt) {
            notices.tell(one, Letters::resumed);
        }
        trail.add(entry(one, "dunning.settled", "Nothing overdue is left.", "what was held back is let go"));
    }

    private static Unpaid named(List<Unpaid> unpaid, UUID invoice) {
        return unpaid.stream()
                .filter(one -> one.invoice().value().equals(invoice))
                .findFirst()
                .orElseThrow();
    }

    /** Who did it: the invoice in the reason, the rule in the detail. */
    static Deed entry(DunningCase one, String action, String reason, String detail) {
        return Deed.of(action, "account", one.accountId())
                .account(one.accountId())
                .because(reason)
                .with("%s; %s".formatted(one.rule(), detail));
    }
}
