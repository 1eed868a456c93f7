package dev.berth.tools;

/** What berthd leaves behind on purpose: contexts keep running while it is down. */
final class Contexts {
    private final Settings settings;

    Contexts(Settings settings) {
        this.settings = settings;
    }

    void stopAll(Progress progress) {}

    void deleteStore() {}
}
