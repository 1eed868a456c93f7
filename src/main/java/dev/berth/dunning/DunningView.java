package dev.berth.dunning;

import dev.berth.dunning.ladder.LadderStep;
import dev.berth.units.Amount;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What happens next with an account, and how to stop it.
 *
 * @param state NONE: nothing is overdue and nothing is held back; RESUMING: all is paid, and nodes have not shown yet that all is as before
 * @param inForce the step that holds the account's VPS back now
 * @param heldUntil until when nothing more is done
 * @param promise until when the account may promise to pay now; empty when it has promised, or nothing is overdue
 */
public record DunningView(
        UUID accountId,
        Phase state,
        List<Bill> overdue,
        Optional<LadderStep> inForce,
        Optional<Instant> heldUntil,
        Optional<Instant> promise,
        List<Entry> steps,
        List<Notice> notices) {
    public DunningView {
        overdue = List.copyOf(overdue);
        steps = List.copyOf(steps);
        notices = List.copyOf(notices);
    }

    public enum Phase {
        NONE,
        OPEN,
        RESUMING
    }

    /** An invoice that was not paid in time. */
    public record Bill(UUID invoiceId, String label, Instant dueAt, Amount open) {}

    /**
     * A step that was taken or is to come.
     *
     * @param number of a reminder
     * @param means for the account's VPS, in a half sentence
     * @param at when it was or will be, if nothing is paid; never before a time that was announced
     * @param announcedAt empty while it is not announced
     * @param waiting whether it waits for staff
     * @param invoice the label of the one it was done for
     * @param by who let it happen: {@code system:dunning} for the rule, else who of staff
     */
    public record Entry(
            LadderStep step,
            int number,
            String means,
            Instant at,
            Optional<Instant> announcedAt,
            boolean waiting,
            Optional<Instant> doneAt,
            Optional<String> invoice,
            Optional<String> by) {}

    /** What the account was told. */
    public record Notice(Instant at, String subject, String body) {}

    static DunningView none(UUID account, List<Notice> notices) {
        return new DunningView(
                account,
                Phase.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                notices);
    }
}
