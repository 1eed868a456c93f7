package dev.berth.platform;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.Principal;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Turns the identity of the request into a {@link Caller}. */
@ApplicationScoped
public class Callers {
    private static final int MAX_SUBJECT = 160;
    private final SecurityIdentity identity;

    Callers(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** @throws UnauthorizedException (401, or the way to the login page) for a visitor */
    public Caller current() {
        return currentIfKnown().orElseThrow(UnauthorizedException::new);
    }

    public Optional<Caller> currentIfKnown() {
        return identity.isAnonymous() ? Optional.empty() : Optional.of(of(identity));
    }

    private static Caller of(SecurityIdentity identity) {
        Principal principal = identity.getPrincipal();
        Set<Role> roles = new LinkedHashSet<>();
        identity.getRoles().forEach(name -> Role.named(name).ifPresent(roles::add));
        if (principal instanceof JsonWebToken token) {
            return ofToken(token, roles);
        }
        String name = principal.getName();
        return new Caller(bounded(name.contains(":") ? name : "user:" + name), name, "", roles);
    }

    private static Caller ofToken(JsonWebToken token, Set<Role> roles) {
        String user = text(token.getClaim("preferred_username"));
        if (user.startsWith("service-account-")) {
            String client = text(token.getClaim("azp"));
            return new Caller(bounded("client:" + client), client, "", roles);
        }
        String name = text(token.getClaim("name"));
        return new Caller(
                bounded("user:" + text(token.getSubject())),
                name.isBlank() ? user : name,
                text(token.getClaim("email")),
                roles);
    }

    private static String text(@Nullable Object claim) {
        return claim == null ? "" : claim.toString();
    }

    /** A subject without a name, or one that the database would cut, could meet another's: nobody gets in with it. */
    private static String bounded(String subject) {
        if (subject.endsWith(":") || subject.length() > MAX_SUBJECT) {
            throw new UnauthorizedException();
        }
        return subject;
    }
}
