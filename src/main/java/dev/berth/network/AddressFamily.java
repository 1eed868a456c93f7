package dev.berth.network;

import dev.berth.platform.Problem;
import org.jspecify.annotations.Nullable;

/** Which version of IP an address is of. */
public enum AddressFamily {
    IPV4,
    IPV6;

    /**
     * @param text a name of one
     * @throws Problem where it is none
     */
    public static AddressFamily of(@Nullable String text) {
        for (AddressFamily family : values()) {
            if (family.name().equals(text)) {
                return family;
            }
        }
        throw Problem.invalid("family", "must be IPV4 or IPV6");
    }

    public boolean has(String address) {
        return (address.indexOf(':') >= 0) == (this == IPV6);
    }
}
