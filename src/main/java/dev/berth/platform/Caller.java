package dev.berth.platform;

import java.util.Set;

/**
 * Who asks.
 *
 * @param subject {@code user:<Keycloak subject>} or {@code client:<client id>}, or {@code node:<id>} and {@code system:<part>}
 * @param name to show
 * @param email empty where the identity has none
 */
public record Caller(String subject, String name, String email, Set<Role> roles) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /** The portal itself, where a rule and not a person acts. */
    public static Caller system(String part) {
        return new Caller("system:" + part, part, "", Set.of());
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    public boolean staff() {
        return has(Role.SUPPORT) || has(Role.ADMIN);
    }
}
