package dev.berth.contract;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * With what a context is started, and when.
 *
 * @param priority the contexts of a host that boots are started in this order, the highest first
 * @param features what it may do beyond the ordinary, each once; a change of them is a restart
 * @param rescueImage {@code sha256:<64 hex>} of the image that is started instead of its own root file system, over a layer of its own
 *     that goes with it; the own root is below {@code /mnt}. Empty for the ordinary; a change is a restart
 */
public record Boot(long priority, List<Feature> features, Optional<String> rescueImage) {
    public static final long MAX_PRIORITY = 100;

    /** As nothing were said. */
    public static final Boot ORDINARY = new Boot(0, List.of());

    public Boot {
        Faults faults = new Faults("boot");
        faults.check(
                priority >= 0 && priority <= MAX_PRIORITY,
                () -> "priority %d is not between 0 and %d".formatted(priority, MAX_PRIORITY));
        faults.size("features", features, Feature.values().length);
        faults.present("rescueImage", rescueImage);
        rescueImage.ifPresent(digest -> faults.matches("rescueImage", digest, Patterns.DIGEST));
        faults.throwIfAny();
        features = List.copyOf(features);
        faults.check(
                features.isEmpty() || EnumSet.copyOf(features).size() == features.size(),
                () -> "features has one twice");
        faults.throwIfAny();
    }

    /** One that is started from its own root file system. */
    public Boot(long priority, List<Feature> features) {
        this(priority, features, Optional.empty());
    }

    /** NESTING: containers inside, which want a whole proc and sysfs to mount; FUSE: file systems of its own; TUN: tunnels. */
    public enum Feature {
        NESTING,
        FUSE,
        TUN
    }
}
