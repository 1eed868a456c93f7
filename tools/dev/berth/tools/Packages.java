package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Programs the parts need, and the Debian packages that bring them. */
final class Packages {
    private static final Map<String, String> ALWAYS = Map.of("mariadbd", "mariadb-server", "mvn", "maven");
    private static final Map<String, String> CONTEXTS = Map.of(
            "lxc-start", "lxc",
            "lxcfs", "lxcfs",
            "newuidmap", "uidmap",
            "mkfs.btrfs", "btrfs-progs",
            "nft", "nftables",
            "ip", "iproute2",
            "mmdebstrap", "mmdebstrap",
            "ssh", "openssh-client");
    /** What images come as, and a registry that they come from. */
    private static final Map<String, String> ARCHIVES =
            Map.of("xz", "xz-utils", "zstd", "zstd", "skopeo", "skopeo", "docker-registry", "docker-registry");

    private static final Map<String, String> BROWSER = Map.of("chromium", "chromium");
    /** Looks into the node's database past berthd. */
    private static final Map<String, String> ORACLE = Map.of("sqlite3", "sqlite3");

    private static final Path POLICY = Path.of("/usr/sbin/policy-rc.d");

    private final Settings settings;

    Packages(Settings settings) {
        this.settings = settings;
    }

    /** What the test parts need besides what they test. */
    List<String> ensureForTests(List<String> parts) {
        boolean contexts = parts.stream().anyMatch(List.of("node", "node-host", "node-qemu", "e2e", "kill")::contains);
        Map<String, String> more = new LinkedHashMap<>();
        more.putAll(parts.contains("unit") ? ARCHIVES : Map.of());
        more.putAll(parts.contains("e2e") ? BROWSER : Map.of());
        more.putAll(parts.contains("kill") ? ORACLE : Map.of());
        return ensure(contexts, more);
    }

    /** Installs what is missing; returns the packages it installed. */
    List<String> ensure(boolean contexts) {
        return ensure(contexts, Map.of());
    }

    private List<String> ensure(boolean contexts, Map<String, String> more) {
        Map<String, String> wanted = new LinkedHashMap<>(ALWAYS);
        if (contexts) {
            wanted.putAll(CONTEXTS);
        }
        wanted.putAll(more);
        List<String> missing = wanted.entrySet().stream()
                .filter(entry -> !Command.exists(entry.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            install(missing);
        }
        return missing;
    }

    /** Installs the package of a program that is needed now and then only. */
    void ensureProgram(String program, String name) {
        if (!Command.exists(program)) {
            install(List.of(name));
        }
    }

    /** Installs those of these packages that dpkg does not know as installed. */
    void ensureInstalled(List<String> names) {
        List<String> missing = names.stream()
                .filter(name -> !Command.of("dpkg-query", "--show", "--showformat=${db:Status-Status}", name)
                        .run()
                        .output()
                        .equals("installed"))
                .toList();
        if (!missing.isEmpty()) {
            install(missing);
        }
    }

    private void install(List<String> missing) {
        String names = String.join(" ", missing);
        if (!Settings.superuser() || !Command.exists("apt-get")) {
            throw new Failure(
                    Failure.PACKAGES,
                    "these packages are missing and only root on Debian can have them " + "installed from here: "
                            + names);
        }
        Path log = settings.log("apt");
        boolean policy = forbidServices();
        try {
            apt(log, List.of("update", "-qq")).runTo(log);
            List<String> arguments = new ArrayList<>(List.of("install", "-y", "-qq", "--no-install-recommends"));
            arguments.addAll(missing);
            apt(log, arguments).mustTo(log, Failure.PACKAGES, "apt-get install " + names);
        } finally {
            if (policy) {
                POLICY.toFile().delete();
            }
        }
    }

    private static Command apt(Path log, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("apt-get", "-o", "DPkg::Lock::Timeout=120"));
        command.addAll(arguments);
        return Command.of(command)
                .with("DEBIAN_FRONTEND", "noninteractive")
                .within(Duration.ofMinutes(10))
                .in(log.getRoot());
    }

    /** Packages would start their services, a MariaDB of the distribution among them: not on our account. */
    private static boolean forbidServices() {
        try {
            if (Files.exists(POLICY)) {
                return false;
            }
            Set<java.nio.file.attribute.PosixFilePermission> all = PosixFilePermissions.fromString("rwxr-xr-x");
            Files.writeString(POLICY, "#!/bin/sh\nexit 101\n");
            Files.setPosixFilePermissions(POLICY, all);
            return true;
        } catch (IOException e) {
            throw new Failure(Failure.PACKAGES, "cannot keep apt from starting services: " + e.getMessage(), e);
        }
    }
}
