package dev.berth.testing;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a test say who calls: header {@code X-Test-Caller: user:alice;customer}. Without the header it does nothing, so
 * that tests with a real Keycloak are not touched.
 */
@ApplicationScoped
class TestIdentities implements HttpAuthenticationMechanism {
    static final String HEADER = "X-Test-Caller";

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager manager) {
        return Uni.createFrom()
                .optional(
                        Optional.ofNullable(context.request().getHeader(HEADER)).map(TestIdentities::identity));
    }

    private static SecurityIdentity identity(String header) {
        String[] parts = header.split(";", -1);
        QuarkusSecurityIdentity.Builder builder =
                QuarkusSecurityIdentity.builder().setPrincipal(new QuarkusPrincipal(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            builder.addRole(parts[i]);
        }
        return builder.build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().optional(Optional.empty());
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
