package dev.berth.contract;

import java.util.EnumSet;
import java.util.List;

/**
 * With what a context is started, and when.
 *
 * @param priority the contexts of a host that boots are started in this order, the highest first
 * @param features what it may do beyond the ordinary, each once; a change of them is a restart
 */
public record Boot(long priority, List<Feature> features) {
    public static final long MAX_PRIORITY = 100;

    /** As nothing were said. */
    public static final Boot ORDINARY = new Boot(0, List.of());

    public Boot {
        Faults faults = new Faults("boot");
        faults.check(
                priority >= 0 && priority <= MAX_PRIORITY,
                () -> "priority %d is not between 0 and %d".formatted(priority, MAX_PRIORITY));
        faults.size("features", features, Feature.values().length);
        faults.throwIfAny();
        features = List.copyOf(features);
        faults.check(
                features.isEmpty() || EnumSet.copyOf(features).size() == features.size(),
                () -> "features has one twice");
        faults.throwIfAny();
    }

    /** NESTING: containers inside, which want a whole proc and sysfs to mount; FUSE: file systems of its own; TUN: tunnels. */
    public enum Feature {
        NESTING,
        FUSE,
        TUN
    }
}
