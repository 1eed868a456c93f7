package dev.berth.dunning;

import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.LadderStep;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an account is told, in plain words. */
final class Letters {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final int MAX_NAMED = 20;

    private Letters() {}

    record Letter(String subject, String body) {}

    static Letter reminder(Unpaid unpaid, int number) {
        return new Letter(
                "Reminder %d: invoice %s is not paid yet".formatted(number, unpaid.label()),
                "Invoice %s was due on %s, and %s of it is open. If you have paid by now, nothing more is needed."
                        .formatted(unpaid.label(), DAY.format(unpaid.dueAt()), unpaid.open()));
    }

    static Letter announcement(LadderStep step, Instant at, List<Unpaid> unpaid) {
        return new Letter(
                "On %s: %s".formatted(DAY.format(at), means(step)),
                "%s\n\nIf it stays unpaid, this happens on %s: %s. To stop it, pay what is open, or promise on the page"
                                .formatted(open(unpaid), TIME.format(at), means(step))
                        + " \"What happens next\" to pay within a few days.");
    }

    static Letter taken(LadderStep step, List<Unpaid> unpaid) {
        return new Letter(
                "Done today: " + means(step),
                "%s\n\nTherefore this was done: %s. As soon as nothing overdue is left, it is undone by itself."
                        .formatted(open(unpaid), means(step)));
    }

    static Letter deleted(List<Unpaid> unpaid) {
        return new Letter(
                "Your servers were deleted",
                "%s\n\nAs announced, your servers were deleted with their disks and addresses."
                        .formatted(open(unpaid)));
    }

    static Letter resumed() {
        return new Letter(
                "Thank you: nothing overdue is left",
                "Everything that was due is paid. What was held back is let go; your servers become again what you want of them.");
    }

    static Letter promised(Instant until, List<Unpaid> unpaid) {
        return new Letter(
                "Nothing happens until " + DAY.format(until),
                "%s\n\nYou promised to pay by %s. Until then nothing more is done; after that the steps go on."
                        .formatted(open(unpaid), TIME.format(until)));
    }

    private static String open(List<Unpaid> unpaid) {
        return unpaid.stream()
                .limit(MAX_NAMED)
                .map(u -> "Invoice %s was due on %s; %s of it is open."
                        .formatted(u.label(), DAY.format(u.dueAt()), u.open()))
                .collect(Collectors.joining("\n"));
    }

    /** The reason that the owner reads at the VPS. */
    static String reason(Unpaid oldest) {
        return "Invoice %s was due on %s and is not paid.".formatted(oldest.label(), DAY.format(oldest.dueAt()));
    }

    /** What a step means for a customer. */
    static String means(LadderStep step) {
        return switch (step) {
            case REMIND -> "a reminder is sent";
            case LIMIT -> "your servers run on, with a small share of their CPU and their speed of sending";
            case FREEZE -> "your servers are frozen: nothing answers, and memory and disk are kept";
            case STOP -> "your servers are shut down: disks and addresses are kept";
            case ARCHIVE -> "your servers stay down and are marked for deletion: disks and addresses are kept for now";
            case DELETE -> "your servers are deleted with their disks and addresses, for good";
        };
    }
}
