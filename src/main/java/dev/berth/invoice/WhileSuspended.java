package dev.berth.invoice;

/** What becomes of fees for time while a VPS is suspended. What meters count is charged in any case. */
enum WhileSuspended {
    /** They go on. */
    BILL,
    /** No service, no fee. */
    PAUSE
}
