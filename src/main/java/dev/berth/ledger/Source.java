package dev.berth.ledger;

/**
 * Why a transfer exists. Unique: the same source moves money once, however often it is asked to.
 *
 * @param type {@code invoice}, {@code credit-grant}
 * @param id of the source, made by whoever asks
 * @param step which of the source's transfers
 */
public record Source(String type, String id, String step) {
    public Source {
        if (type.isBlank() || id.isBlank() || step.isBlank()) {
            throw new IllegalArgumentException("source %s/%s/%s is incomplete".formatted(type, id, step));
        }
    }

    @Override
    public String toString() {
        return type + "/" + id + "/" + step;
    }
}
