package dev.berth.dunning;

import java.util.Optional;

/** Whether payments come in as they should: what nobody could pay, or nobody has booked, is not to be held against customers. */
public interface PaymentHealth {
    /** What is wrong, as staff should read it; empty where nothing is known to be. */
    Optional<String> trouble();
}
