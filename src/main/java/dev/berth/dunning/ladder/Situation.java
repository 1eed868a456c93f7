package dev.berth.dunning.ladder;

import dev.berth.units.InvoiceId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where an account stands.
 *
 * @param debts what is overdue; empty when nothing is
 * @param heldUntil until when nothing is done: a promise to pay, or staff's word
 * @param reminded when which reminder of which invoice was sent
 * @param progress what was announced and done since something became overdue
 */
public record Situation(
        List<Debt> debts,
        Optional<Instant> heldUntil,
        Map<Reminder, Instant> reminded,
        Map<LadderStep, Progress> progress) {
    public Situation {
        debts = debts.stream()
                .sorted(Comparator.comparing(Debt::dueAt)
                        .thenComparing(debt -> debt.invoice().value()))
                .toList();
        reminded = Map.copyOf(reminded);
        progress = Map.copyOf(progress);
    }

    /** @param number of the reminder, from 1 */
    public record Reminder(InvoiceId invoice, int number) {}

    /**
     * @param cause the debt it was announced for
     * @param announcedFor the date that was told: it never happens before
     * @param doneAt empty while it is not done
     */
    public record Progress(InvoiceId cause, Instant announcedAt, Instant announcedFor, Optional<Instant> doneAt) {}

    /** The debt that steps are counted from. */
    Optional<Debt> oldest() {
        return debts.stream().findFirst();
    }

    public boolean held(Instant now) {
        return heldUntil.filter(until -> until.isAfter(now)).isPresent();
    }

    /** What was announced for a debt that is there still, or is done. */
    Optional<Progress> told(LadderStep step) {
        return Optional.ofNullable(progress.get(step)).filter(this::founded);
    }

    /** Steps that were announced for a debt that is not there any more, and are not done; the mildest first. */
    List<LadderStep> unfounded() {
        return progress.entrySet().stream()
                .filter(entry -> !founded(entry.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private boolean founded(Progress told) {
        return told.doneAt().isPresent()
                || debts.stream().anyMatch(debt -> debt.invoice().equals(told.cause()));
    }

    boolean done(LadderStep step) {
        return Optional.ofNullable(progress.get(step)).flatMap(Progress::doneAt).isPresent();
    }
}
