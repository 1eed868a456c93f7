package dev.berth.node.testing;

/** Stands for kill -9: whoever meets it does nothing more. */
public final class KilledError extends Error {
    private static final long serialVersionUID = 1L;
}
