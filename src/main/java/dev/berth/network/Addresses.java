package dev.berth.network;

import dev.berth.contract.Patterns;

/** Addresses as text. */
public final class Addresses {
    private Addresses() {}

    /** Whether a text is an IPv4 or IPv6 address, so that the database can compare it. */
    public static boolean isAddress(String text) {
        return Patterns.ADDRESS.matcher(text).matches();
    }
}
