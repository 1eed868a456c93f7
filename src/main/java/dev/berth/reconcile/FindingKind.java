package dev.berth.reconcile;

/** What kinds of misfit there are; README.md says what each means. */
public enum FindingKind {
    ABOVE_HOST,
    BELOW_HOST,
    RUNNING_UNBILLED,
    UNMEASURED,
    BILLED_GONE,
    ADDRESS_WITHOUT_OWNER,
    QUOTA_NOT_APPLIED;

    /** Whether it is looked for anew each time; the others are of a window that is over, and stay. */
    boolean lasting() {
        return this != ABOVE_HOST && this != BELOW_HOST;
    }
}
