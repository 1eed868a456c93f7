package dev.berth.node.host;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import java.util.Optional;

/**
 * A spec with what this node decided for it.
 *
 * @param baseId first uid and gid of the context's own range of 65,536; never shared, never reused while data is left
 */
public record ContextLayout(ContextSpec spec, long baseId) {
    /** Ids of one context. */
    public static final long ID_RANGE = 65_536;

    public ContextLayout {
        if (baseId < ID_RANGE || baseId % ID_RANGE != 0) {
            throw new IllegalArgumentException("baseId %d is not a multiple of %d".formatted(baseId, ID_RANGE));
        }
    }

    /** Of the image it is to be started from instead of its own root file system. */
    public Optional<String> rescueImage() {
        return spec.boot().flatMap(Boot::rescueImage);
    }

    public String contextId() {
        return spec.contextId();
    }
}
