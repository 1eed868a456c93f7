package dev.berth.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where the running system is.
 *
 * @param portal base URL without a slash at its end
 * @param realm URL of the identity server's realm
 * @param database JDBC URL
 * @param variable what {@code BERTH_VAR} was
 */
record Stack(String portal, String realm, String database, Path variable, Path chromium) {
    static Stack running() {
        return new Stack(
                need("portal"),
                need("keycloak"),
                need("database"),
                Path.of(need("var")),
                Path.of(Optional.ofNullable(System.getProperty("berth.e2e.chromium"))
                        .orElse("/usr/bin/chromium")));
    }

    private static String need(String name) {
        return Optional.ofNullable(System.getProperty("berth.e2e." + name))
                .orElseThrow(() -> new IllegalStateException(
                        "no system property berth.e2e." + name + ": these tests run by `./berth test e2e`"));
    }

    String secret(String name) {
        try {
            return Files.readString(variable.resolve("secrets").resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A look past the portal that cannot change anything. */
    Connection look() throws SQLException {
        Connection connection = DriverManager.getConnection(database, "berth", secret("db-berth"));
        connection.setReadOnly(true);
        return connection;
    }
}
