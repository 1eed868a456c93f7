package dev.berth.node.meter;

import dev.berth.contract.Readings.BoughtCpu;
import dev.berth.node.cpu.Drawn;
import java.util.Optional;

/**
 * What the governor says of a context, for a reading.
 *
 * @param tokens in its bank
 */
record CpuBank(long tokens, Drawn drawn) {
    Optional<BoughtCpu> bought() {
        return drawn.equals(Drawn.NOTHING)
                ? Optional.empty()
                : Optional.of(new BoughtCpu(drawn.creditMicros(), drawn.surplusMicros()));
    }
}
