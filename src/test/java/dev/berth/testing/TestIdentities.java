package dev.berth.testing;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Lets a test say who calls: header {@code X-Test-Caller: user:alice;customer}, with
 * claims of a token {@code user:alice;customer;name=Alice;email=alice@example.org}. Without the header it does nothing, so
 * that tests with a real Keycloak are not touched.
 */
@ApplicationScoped
class TestIdentities implements HttpAuthenticationMechanism {
    static final String HEADER = "X-Test-Caller";

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager manager) {
        if (forged(context)) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return Uni.createFrom()
                .optional(
                        Optional.ofNullable(context.request().getHeader(HEADER)).map(TestIdentities::identity));
    }

    /** As a token whose signature is not Keycloak's is refused. */
    private static boolean forged(RoutingContext context) {
        return "Bearer nonsense".equals(context.request().getHeader("Authorization"));
    }

    private static SecurityIdentity identity(String header) {
        String[] parts = header.split(";", -1);
        Map<String, String> claims = new HashMap<>();
        QuarkusSecurityIdentity.Builder builder = QuarkusSecurityIdentity.builder();
        for (int i = 1; i < parts.length; i++) {
            String[] claim = parts[i].split("=", 2);
            if (claim.length == 2) {
                claims.put(claim[0], claim[1]);
            } else {
                builder.addRole(parts[i]);
            }
        }
        claims.put("sub", parts[0].substring(parts[0].indexOf(':') + 1));
        return builder.setPrincipal(claims.size() > 1 ? new Token(claims) : new QuarkusPrincipal(parts[0]))
                .build();
    }

    /** What Keycloak says of a person. */
    private record Token(Map<String, String> claims) implements JsonWebToken {
        @Override
        public String getName() {
            return claims.getOrDefault("name", "");
        }

        @Override
        public Set<String> getClaimNames() {
            return claims.keySet();
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <T> @Nullable T getClaim(String name) {
            return (T) claims.get(name);
        }
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .optional(
                        forged(context)
                                ? Optional.of(new ChallengeData(401, "WWW-Authenticate", "Bearer"))
                                : Optional.empty());
    }

    @Override
    public Set<Class<? extends io.quarkus.security.identity.request.AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }

    @Override
    public int getPriority() {
        return 1;
    }
}
