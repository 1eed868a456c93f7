package dev.berth.node.cpu;

import java.util.Optional;

/** Where balances survive the end of the daemon and of the host. */
public interface Balances {
    Optional<Balance> load(String contextId);

    void save(String contextId, Balance balance);
}
