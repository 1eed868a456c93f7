package dev.berth.dunning.ladder;

/**
 * One step of a policy.
 *
 * @param number of the reminder, from 1; 1 for every other step
 * @param daysAfterDue of 24 hours, after the invoice was due
 * @param noticeDays how long before it the step is announced at the least; 0 for a reminder
 */
public record Rung(LadderStep step, int number, int daysAfterDue, int noticeDays) {
    /** Nobody's service suffers with less warning than this. */
    public static final int MIN_NOTICE_DAYS = 7;

    private static final int MAX_DAYS = 3_650;

    public Rung {
        if (number < 1 || (step.severe() && number != 1)) {
            throw new IllegalArgumentException("%s cannot have number %d".formatted(step, number));
        }
        if (daysAfterDue < 0 || daysAfterDue > MAX_DAYS) {
            throw new IllegalArgumentException(
                    "%s after %d days: must be from 0 to %d".formatted(step, daysAfterDue, MAX_DAYS));
        }
        boolean enough = step.severe() ? noticeDays >= MIN_NOTICE_DAYS && noticeDays <= MAX_DAYS : noticeDays == 0;
        if (!enough) {
            throw new IllegalArgumentException("%s with %d days of notice: must be at least %d, and none for a reminder"
                    .formatted(step, noticeDays, MIN_NOTICE_DAYS));
        }
    }
}
