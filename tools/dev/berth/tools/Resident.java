package dev.berth.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A VPS that is ordered before the killing begins and must still serve its owner when it is over. */
final class Resident {
    private static final Duration READY = Duration.ofSeconds(40);
    private static final int ECHO_MILLIS = 1_000;
    private static final String WRITTEN_MEBIBYTES = "48";

    private final Instance instance;
    private final Shop shop;
    private final Buyer buyer;
    private final String name;
    private String vpsId = "";
    private String address = "";

    Resident(Instance instance, Shop shop, Buyer buyer, String name) {
        this.instance = instance;
        this.shop = shop;
        this.buyer = buyer;
        this.name = name;
    }

    void moveIn() throws IOException {
        Shop.Placed placed = buyer.order("stopwatch", name);
        vpsId = placed.vpsId();
        buyer.succeed(placed.operationId());
        address = shop.address(vpsId).orElseThrow(() -> new IOException(name + " has no address"));
    }

    /** Fills some of its disk, so that there is something to meter. */
    void furnish() throws IOException {
        Command.Result written = Waits.poll(
                        READY,
                        () -> Optional.of(ssh(
                                        "dd",
                                        "if=/dev/urandom",
                                        "of=/root/furniture",
                                        "bs=1M",
                                        "count=" + WRITTEN_MEBIBYTES))
                                .filter(Command.Result::ok))
                .orElseThrow(() -> new IOException(
                        name + " cannot be written to: " + ssh("true").output()));
        ssh("sync");
        if (!written.ok()) {
            throw new IOException(written.output());
        }
    }

    String vpsId() {
        return vpsId;
    }

    void moveOut() throws IOException {
        buyer.succeed(buyer.act(vpsId, "delete"));
    }

    /** Whether it is there for its owner. */
    Map<String, Optional<String>> checks() throws IOException {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put("%s is said to run".formatted(name), Checks.same("RUNNING", shop.observedState(vpsId)));
        checks.put("%s answers an echo request".formatted(name), echo());
        checks.put(
                "%s lets its owner in by SSH and is the right one".formatted(name),
                said(READY, name, "cat", "/etc/hostname"));
        checks.put(
                "systemd of %s has come up".formatted(name), said(READY, "running", "systemctl", "is-system-running"));
        return checks;
    }

    /** That its files survived. */
    Optional<String> furnished() {
        return said(
                READY, Long.toString(Long.parseLong(WRITTEN_MEBIBYTES) << 20), "stat", "-c", "%s", "/root/furniture");
    }

    private Optional<String> echo() throws IOException {
        InetAddress there = InetAddress.getByName(address);
        boolean answered = Waits.until(READY, () -> {
            try {
                return there.isReachable(ECHO_MILLIS);
            } catch (IOException e) {
                return false;
            }
        });
        return answered ? Optional.empty() : Optional.of("no answer from " + address);
    }

    private Optional<String> said(Duration limit, String expected, String... command) {
        return Waits.poll(
                                limit,
                                () -> Optional.of(ssh(command))
                                        .filter(result -> lastWord(result).equals(expected)))
                        .isPresent()
                ? Optional.empty()
                : Optional.of("'%s' of %s said: %s"
                        .formatted(
                                String.join(" ", command),
                                address,
                                ssh(command).output().strip()));
    }

    private static String lastWord(Command.Result result) {
        return result.output().lines().reduce((a, b) -> b).orElse("").strip();
    }

    private Command.Result ssh(String... command) {
        Path key = instance.settings.variable().resolve("secrets/bench-key");
        java.util.ArrayList<String> arguments = new java.util.ArrayList<>(
                List.of("ssh", "-q", "-i", key.toString(), "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no"));
        arguments.addAll(List.of("-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=5", "root@" + address));
        arguments.addAll(List.of(command));
        return Command.of(arguments).within(Duration.ofSeconds(20)).run();
    }
}
