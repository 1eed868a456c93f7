package dev.berth.dunning.ladder;

import dev.berth.units.InvoiceId;
import java.time.Instant;

/** What the ladder says is to be done now. */
public sealed interface Deed {
    /** The invoice's reminder with this number is sent. */
    record Remind(InvoiceId invoice, int number) implements Deed {}

    /** The account is told that the step will be taken at that time. */
    record Announce(LadderStep step, Instant at, InvoiceId cause) implements Deed {}

    record Take(LadderStep step, InvoiceId cause) implements Deed {}

    /** The step was announced for what is not owed any more: it is not taken for anything else, which gets an announcement of its own. */
    record Withdraw(LadderStep step) implements Deed {}

    /** Nothing is overdue any more: every step is undone. */
    record Resume() implements Deed {}
}
