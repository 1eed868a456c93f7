package dev.berth.platform;

import java.util.Locale;
import java.util.Optional;

/** Roles of the realm. */
public enum Role {
    CUSTOMER,
    RESELLER,
    SUPPORT,
    ADMIN;

    /** The role's name in the realm. */
    public String realmName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> named(String realmName) {
        for (Role role : values()) {
            if (role.realmName().equals(realmName)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
