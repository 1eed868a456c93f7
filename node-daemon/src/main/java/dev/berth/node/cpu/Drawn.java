package dev.berth.node.cpu;

/** CPU-microseconds that a context ever drew beyond its bank: from credit it had bought, and as surplus that it pays afterwards. */
public record Drawn(long creditMicros, long surplusMicros) {
    public static final Drawn NOTHING = new Drawn(0, 0);

    public Drawn {
        if (creditMicros < 0 || surplusMicros < 0) {
            throw new IllegalArgumentException("%d µs of credit and %d µs of surplus: neither can be negative"
                    .formatted(creditMicros, surplusMicros));
        }
    }
}
