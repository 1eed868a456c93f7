package dev.berth.node.apply;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.VolumeCap;
import dev.berth.contract.NetworkSpec.Window;
import dev.berth.contract.Observed.Volume;
import dev.berth.node.meter.Meters;
import dev.berth.node.plan.VolumeCount;
import dev.berth.node.store.ContextRow;
import dev.berth.node.store.VolumeStore;
import dev.berth.node.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds contexts that have reached their volume cap to its floor rate, until the day or month ends. It knows the contexts that were
 * looked at since the daemon began.
 */
public final class VolumeWatch {
    private final VolumeStore store;
    private final Meters meters;
    private final Clock clock;
    private final Map<String, VolumeCap> caps = new ConcurrentHashMap<>();
    private final Map<String, VolumeCount> counts = new ConcurrentHashMap<>();

    /** Contexts whose link may run at another rate than it should. */
    private final Set<String> unsure = ConcurrentHashMap.newKeySet();

    public VolumeWatch(VolumeStore store, Meters meters, Clock clock) {
        this.store = store;
        this.meters = meters;
        this.clock = clock;
    }

    /** Takes note of a context and its cap. */
    void note(ContextRow row) {
        String id = row.contextId();
        Optional<VolumeCap> cap = row.spec().network().flatMap(NetworkSpec::volumeCap);
        if (row.gone() || cap.isEmpty()) {
            forget(id);
        } else if (caps.put(id, cap.get()) == null) {
            counts.put(id, store.find(id).orElse(VolumeCount.NONE));
            // what the daemon before this one did to the link is not known
            unsure.add(id);
        }
    }

    private void forget(String id) {
        if (caps.remove(id) != null) {
            counts.remove(id);
            unsure.remove(id);
            store.remove(id);
        }
    }

    /** @return running contexts whose network has to be ensured, because they are slowed down or no longer are */
    public List<String> look() {
        List<String> changed = new ArrayList<>();
        caps.forEach((id, cap) -> {
            OptionalLong counted = meters.trafficBytes(id);
            if (counted.isPresent()) {
                count(id, cap, counted.getAsLong());
                if (meters.runs(id) && unsure.remove(id)) {
                    changed.add(id);
                }
            }
        });
        return changed;
    }

    private void count(String id, VolumeCap cap, long counted) {
        VolumeCount before = counts.getOrDefault(id, VolumeCount.NONE);
        VolumeCount now = before.at(cap, start(cap.window(), clock.utcMillis()), counted);
        if (!now.equals(before)) {
            store.save(id, now);
            counts.put(id, now);
        }
        if (now.slowed() != before.slowed()) {
            unsure.add(id);
        }
    }

    /** When a day or month of UTC began, in seconds. */
    static long start(Window window, long utcMillis) {
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(utcMillis), ZoneOffset.UTC);
        LocalDate first = switch (window) {
            case DAY -> today;
            case MONTH -> today.withDayOfMonth(1);
        };
        return first.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }

    /** A spec as it holds now: at the floor rate where the cap is reached. */
    public ContextSpec effective(ContextSpec spec) {
        VolumeCount count = counts.getOrDefault(spec.contextId(), VolumeCount.NONE);
        return spec.network()
                .flatMap(network -> network.volumeCap()
                        .filter(_ -> count.slowed())
                        .map(cap -> spec.withNetwork(VolumeCount.slow(network, cap))))
                .orElse(spec);
    }

    /** What a context has of its cap; empty where it has none. */
    public Optional<Volume> volume(String contextId) {
        VolumeCount count = counts.get(contextId);
        OptionalLong counted = meters.trafficBytes(contextId);
        return count == null || count.equals(VolumeCount.NONE) || counted.isEmpty()
                ? Optional.empty()
                : Optional.of(new Volume(
                        count.sinceMillis(), Math.max(0, counted.getAsLong() - count.before()), count.slowed()));
    }
}
