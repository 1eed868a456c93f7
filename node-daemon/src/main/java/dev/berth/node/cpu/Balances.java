package dev.berth.node.cpu;

import java.util.Map;
import java.util.Optional;

/** Where balances survive the end of the daemon and of the host. */
public interface Balances {
    Optional<Balance> load(String contextId);

    void save(String contextId, Balance balance);

    /** Several by their contexts, in one go where that is cheaper. */
    default void saveAll(Map<String, Balance> several) {
        several.forEach(this::save);
    }
}
