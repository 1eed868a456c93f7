package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What an operator tells the portal: images and nodes. */
final class Registration {
    private final PortalApi api;

    Registration(PortalApi api) {
        this.api = api;
    }

    /** Uploads the archive unless the portal has that digest, signed with this key. */
    void image(Images.Image image, Signing signing) throws IOException {
        String keyId = signing.keyId();
        boolean present = api.list("/api/admin/v1/images").stream()
                .anyMatch(one -> Json.text(one, "digest").equals(Optional.of(image.digest()))
                        && Json.member(one, "signature")
                                .flatMap(signature -> Json.text(signature, "keyId"))
                                .equals(Optional.of(keyId)));
        if (!present) {
            api.registerImage(image, signing.sign(image));
        }
    }

    String joinToken(String nodeName) throws IOException {
        Map<String, Object> answer = api.post("/api/admin/v1/nodes/join-tokens", Map.of("nodeName", nodeName));
        return Json.text(answer, "token").orElseThrow(() -> new IOException("the portal's answer has no token"));
    }

    /** Until the portal has heard from the node and knows what it offers. */
    void awaitNode(String name, Instant since, Instance instance) {
        boolean seen = Waits.until(
                Duration.ofSeconds(60),
                () -> heardFrom(name, since)
                        || instance.daemons.running(NodeDaemon.NAME).isEmpty());
        if (!seen || instance.daemons.running(NodeDaemon.NAME).isEmpty()) {
            throw new Failure(
                    Failure.START,
                    "the node did not join the portal (log: %s): %s"
                            .formatted(
                                    instance.settings.log(NodeDaemon.NAME),
                                    Logs.lastError(instance.settings.log(NodeDaemon.NAME))));
        }
    }

    private boolean heardFrom(String name, Instant since) {
        try {
            return api.list("/api/admin/v1/nodes").stream()
                    .anyMatch(node -> Json.text(node, "name").equals(Optional.of(name))
                            && Json.text(node, "lastSeenAt")
                                    .filter(at -> Instant.parse(at).isAfter(since))
                                    .isPresent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
