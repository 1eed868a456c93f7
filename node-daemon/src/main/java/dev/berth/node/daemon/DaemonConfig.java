package dev.berth.node.daemon;

import dev.berth.contract.NetworkSpec.Rule;
import dev.berth.contract.Patterns;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a daemon is run, from its arguments and, where those are silent, from the environment.
 *
 * @param simulated contexts are invented: needs no root and no Linux
 * @param cgroupRoot group above all contexts' groups
 * @param nftTable table in family {@code inet}
 * @param storeBytes size of the store where it has to be a loop file
 * @param nameservers written into contexts
 * @param openPorts services of the host that contexts may reach, as {@code udp:53}
 * @param startLxcfs whether lxcfs is started where it does not run
 * @param uplink what contexts share to the world
 * @param translated prefixes of private IPv4 addresses, which leave the host under its own
 * @param local prefixes of the company's own public addresses: traffic with them is counted as local
 * @param imageGrace how long an image stays that nothing needs any more
 * @param imageKeys file of the keys one of which must have signed an image; empty where unsigned ones are taken, too
 */
public record DaemonConfig(
        Path dataDir,
        URI portal,
        String nodeName,
        boolean simulated,
        Optional<Path> joinTokenFile,
        String cgroupRoot,
        String nftTable,
        long storeBytes,
        List<String> nameservers,
        List<String> openPorts,
        boolean startLxcfs,
        Optional<Uplink> uplink,
        List<String> translated,
        List<String> local,
        Duration imageGrace,
        Optional<Path> imageKeys) {
    private static final Duration MAX_IMAGE_GRACE = Duration.ofDays(366);
    private static final int MAX_SOCKET_PATH = 104;
    private static final Pattern PORT = Pattern.compile("(tcp|udp):[1-9][0-9]{0,4}");

    /** An interface and how many bits it carries in a second. */
    public record Uplink(String name, long bits) {
        private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,14}):([1-9][0-9]{0,5})");
        private static final long MEGABIT = 1_000_000;

        static Optional<Uplink> of(String text, List<String> faults) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                faults.add("--uplink '%s' is not of the form eth0:1000, interface and Mbit/s".formatted(text));
                return Optional.empty();
            }
            return Optional.of(new Uplink(matcher.group(1), Long.parseLong(matcher.group(2)) * MEGABIT));
        }
    }

    public DaemonConfig {
        dataDir = dataDir.toAbsolutePath().normalize();
        nameservers = List.copyOf(nameservers);
        openPorts = List.copyOf(openPorts);
        translated = List.copyOf(translated);
        local = List.copyOf(local);
    }

    /** The Unix socket of a daemon with this data directory. */
    public static Path socket(Path dataDir) {
        return dataDir.resolve("berthd.sock");
    }

    /** The database of a daemon with this data directory. */
    public static Path database(Path dataDir) {
        return dataDir.resolve("berthd.db");
    }

    /** @throws UsageException naming every fault */
    public static DaemonConfig of(Options options) {
        List<String> faults = new ArrayList<>(options.faults());
        String name = options.value("name").orElse("node1");
        if (!Patterns.NODE_NAME.matcher(name).matches()) {
            faults.add("--name '%s' is no host name label".formatted(name));
        }
        URI portal = portal(options.value("portal").orElse("https://127.0.0.1:8444"), faults);
        Path dataDir = dataDir(options);
        if (socket(dataDir.toAbsolutePath()).toString().length() > MAX_SOCKET_PATH) {
            faults.add("--data-dir is too long a path for a Unix socket below it");
        }
        long storeBytes = bytes(options.value("store-bytes").orElse("21474836480"), faults);
        List<String> openPorts = list(options, "open-ports");
        openPorts.stream()
                .filter(port -> !PORT.matcher(port).matches())
                .forEach(port -> faults.add("--open-ports: '%s' is not of the form udp:53".formatted(port)));
        Optional<Uplink> uplink = options.value("uplink").flatMap(text -> Uplink.of(text, faults));
        List<String> translated = list(options, "nat");
        translated.stream()
                .filter(prefix -> prefix.indexOf(':') >= 0 || !Rule.isPrefix(prefix))
                .forEach(prefix -> faults.add("--nat: '%s' is not of the form 10.77.0.0/24".formatted(prefix)));
        List<String> local = list(options, "local");
        local.stream()
                .filter(prefix -> !Rule.isPrefix(prefix))
                .forEach(prefix -> faults.add("--local: '%s' is not of the form 198.51.100.0/24".formatted(prefix)));
        Duration imageGrace = imageGrace(options.value("image-grace").orElse("PT24H"), faults);
        if (!faults.isEmpty()) {
            throw new UsageException(faults);
        }
        return new DaemonConfig(
                dataDir,
                portal,
                name,
                options.flag("simulated"),
                options.value("join-token-file").map(Path::of),
                options.value("cgroup-root").orElse("berth"),
                options.value("nft-table").orElse("berth"),
                storeBytes,
                list(options, "nameservers"),
                openPorts,
                options.flag("start-lxcfs"),
                uplink,
                translated,
                local,
                imageGrace,
                options.value("image-keys").map(Path::of));
    }

    private static List<String> list(Options options, String name) {
        return options.value(name).map(text -> List.of(text.split(",", -1))).orElse(List.of());
    }

    public static Path dataDir(Options options) {
        return Path.of(options.value("data-dir").orElse("/var/lib/berth"));
    }

    private static URI portal(String text, List<String> faults) {
        try {
            URI uri = URI.create(text);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Named below, with the text that could not be read.
        }
        faults.add("--portal '%s' is no https address".formatted(text));
        return URI.create("https://invalid");
    }

    private static Duration imageGrace(String text, List<String> faults) {
        try {
            Duration grace = Duration.parse(text);
            if (!grace.isNegative() && grace.compareTo(MAX_IMAGE_GRACE) <= 0) {
                return grace;
            }
        } catch (DateTimeParseException e) {
            // Named below, with the text that could not be read.
        }
        faults.add("--image-grace '%s' is no duration from PT0S to P366D, as PT24H".formatted(text));
        return Duration.ZERO;
    }

    private static long bytes(String text, List<String> faults) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            faults.add("--store-bytes '%s' is no number".formatted(text));
            return 0;
        }
    }
}
