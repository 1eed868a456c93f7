package dev.berth.mail;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The operator's mail server. Without a host mails wait in the outbox. */
@ConfigMapping(prefix = "berth.mail")
public interface MailSettings {
    Optional<String> host();

    @WithDefault("587")
    int port();

    @WithDefault("STARTTLS")
    Security security();

    Optional<String> user();

    Optional<String> password();

    /** Address that mails come from. */
    @WithDefault("billing@localhost.localdomain")
    String from();

    /** Name that mails come from, where the mail has none. */
    @WithDefault("Berth")
    String senderName();

    /** A mail that waited for longer than this is not sent any more unless staff ask for it. */
    @WithDefault("P7D")
    Duration oldest();

    @WithDefault("PT30S")
    Duration patience();

    /** How often mail that waits is sent, for the scheduler: a duration such as {@code 5s}, or {@code off}. */
    String runEvery();

    /** How the connection is protected; NONE is for a server on the same host. */
    enum Security {
        NONE,
        STARTTLS,
        TLS
    }
}
