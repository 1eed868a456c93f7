package dev.berth.node.apply;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Observed.NetworkCheck;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.Host;
import dev.berth.node.host.NetworkFindings;
import dev.berth.node.store.ContextRow;
import dev.berth.node.store.ContextStore;
import dev.berth.node.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Has the host look at the contexts' networks from time to time, and has what differs put right. */
public final class NetworkWatch {
    private static final Logger LOG = Logger.getLogger(NetworkWatch.class);

    private final Host host;
    private final ContextStore contexts;
    private final Reconciler reconciler;
    private final Dispatcher dispatcher;
    private final VolumeWatch volumes;
    private final Clock clock;
    private volatile Optional<NetworkCheck> newest = Optional.empty();

    public NetworkWatch(
            Host host,
            ContextStore contexts,
            Reconciler reconciler,
            Dispatcher dispatcher,
            VolumeWatch volumes,
            Clock clock) {
        this.host = host;
        this.contexts = contexts;
        this.reconciler = reconciler;
        this.dispatcher = dispatcher;
        this.volumes = volumes;
        this.clock = clock;
    }

    /** What the last look found; empty before the first. */
    public Optional<NetworkCheck> newest() {
        return newest;
    }

    public void look() {
        List<ContextLayout> settled = new ArrayList<>();
        for (ContextRow row : contexts.all()) {
            if (settled(row)) {
                settled.add(new ContextLayout(
                        volumes.effective(row.spec()), row.baseId().orElseThrow()));
            }
        }
        NetworkFindings findings = host.checkNetwork(settled);
        // What began to change while it was looked at was neither the old nor the new: the next look will tell.
        List<String> deviations = findings.deviations().stream()
                .filter(text -> settled.stream()
                        .map(ContextLayout::contextId)
                        .noneMatch(id -> text.startsWith(id) && dispatcher.busy(id)))
                .map(text -> text.substring(0, Math.min(text.length(), NetworkCheck.MAX_DEVIATION_CHARS)))
                .limit(NetworkCheck.MAX_DEVIATIONS)
                .toList();
        deviations.forEach(text -> LOG.warnf("network: %s", text));
        note(settled.size(), deviations);
        ensure(findings.damaged());
    }

    /** Slows down who has reached a volume cap, and lets go when its window is over. */
    public void lookAtVolumes() {
        ensure(volumes.look());
    }

    private void ensure(Collection<String> contextIds) {
        contextIds.forEach(id -> {
            reconciler.networkDamaged(id);
            dispatcher.wake(id);
        });
    }

    private void note(int looked, List<String> deviations) {
        long now = clock.utcMillis();
        newest = Optional.of(
                deviations.isEmpty()
                        ? new NetworkCheck(
                                now,
                                looked,
                                true,
                                newest.flatMap(NetworkCheck::deviatedMillis),
                                newest.map(NetworkCheck::deviations).orElse(List.of()))
                        : new NetworkCheck(now, looked, false, Optional.of(now), deviations));
    }

    /** Running as its newest spec says: then its network is known for sure. */
    private boolean settled(ContextRow row) {
        return !row.gone()
                && row.baseId().isPresent()
                && row.spec().desiredState() == DesiredState.RUNNING
                && row.appliedSpec().equals(Optional.of(row.spec()))
                && !dispatcher.busy(row.contextId());
    }
}
