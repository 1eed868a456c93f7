package dev.berth.node.kernel;

import dev.berth.contract.NetworkSpec.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names and places of one daemon on a host. Two daemons with different values do not meet, so tests use their own.
 *
 * @param dataDir holds {@code store/} and {@code run/}
 * @param cgroupRoot name of the group above all contexts' outer groups
 * @param nftTable name of the table in family {@code inet}
 * @param loopFileBytes size of the btrfs loop file where the data directory is on another filesystem
 * @param nameservers addresses for {@code /etc/resolv.conf} of contexts
 * @param openPorts services of the host that contexts may reach, as {@code udp:53}; all others are closed to them
 * @param startLxcfs whether lxcfs is started where it does not run
 * @param uplink what contexts share to the world; empty where nobody named it, and then nothing is reserved on it
 * @param translated prefixes of private IPv4 addresses, which leave the host under its own
 * @param local prefixes of the company's own public addresses: traffic with them is counted as local
 */
public record HostConfig(
        Path dataDir,
        String cgroupRoot,
        String nftTable,
        long loopFileBytes,
        List<String> nameservers,
        List<String> openPorts,
        boolean startLxcfs,
        Optional<Uplink> uplink,
        List<String> translated,
        List<String> local) {
    /** Below this, mkfs.btrfs refuses or leaves no room for a single image. */
    public static final long SMALLEST_LOOP_FILE = 256L << 20;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,30}");
    private static final Pattern PORT = Pattern.compile("(tcp|udp):[1-9][0-9]{0,4}");
    private static final int MAX_NAMESERVERS = 3;
    private static final int MAX_OPEN_PORTS = 32;
    private static final int MAX_TRANSLATED = 32;
    private static final int MAX_LOCAL = 64;

    public HostConfig {
        dataDir = dataDir.toAbsolutePath().normalize();
        nameservers = List.copyOf(nameservers);
        openPorts = List.copyOf(openPorts);
        translated = List.copyOf(translated);
        local = List.copyOf(local);
        require(NAME.matcher(cgroupRoot).matches(), "cgroupRoot", cgroupRoot);
        require(NAME.matcher(nftTable).matches(), "nftTable", nftTable);
        require(loopFileBytes >= SMALLEST_LOOP_FILE, "loopFileBytes", loopFileBytes);
        require(nameservers.size() <= MAX_NAMESERVERS, "nameservers", nameservers);
        require(
                openPorts.size() <= MAX_OPEN_PORTS && openPorts.stream().allMatch(HostConfig::isPort),
                "openPorts",
                openPorts);
        require(
                translated.size() <= MAX_TRANSLATED && translated.stream().allMatch(HostConfig::isIpv4Prefix),
                "translated",
                translated);
        require(local.size() <= MAX_LOCAL && local.stream().allMatch(Rule::isPrefix), "local", local);
        // LXC's configuration and mount options cannot quote these.
        require(dataDir.toString().matches("[A-Za-z0-9/._+-]+"), "dataDir", dataDir);
    }

    /** Nothing of the host is open to contexts, and lxcfs is used only where it runs. */
    public HostConfig(Path dataDir, String cgroupRoot, String nftTable, long loopFileBytes, List<String> nameservers) {
        this(
                dataDir,
                cgroupRoot,
                nftTable,
                loopFileBytes,
                nameservers,
                List.of(),
                false,
                Optional.empty(),
                List.of(),
                List.of());
    }

    /**
     * @param name of the interface; its root queue is Berth's
     * @param bits per second that it carries
     */
    public record Uplink(String name, long bits) {
        private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

        public Uplink {
            require(INTERFACE.matcher(name).matches(), "uplink", name);
            require(bits >= 1_000_000 && bits <= 1_000_000_000_000L, "uplink bits", bits);
        }
    }

    public HostConfig withUplink(Uplink link) {
        return new HostConfig(
                dataDir,
                cgroupRoot,
                nftTable,
                loopFileBytes,
                nameservers,
                openPorts,
                startLxcfs,
                Optional.of(link),
                translated,
                local);
    }

    public HostConfig withTranslated(List<String> prefixes) {
        return new HostConfig(
                dataDir,
                cgroupRoot,
                nftTable,
                loopFileBytes,
                nameservers,
                openPorts,
                startLxcfs,
                uplink,
                prefixes,
                local);
    }

    public HostConfig withLocal(List<String> prefixes) {
        return new HostConfig(
                dataDir,
                cgroupRoot,
                nftTable,
                loopFileBytes,
                nameservers,
                openPorts,
                startLxcfs,
                uplink,
                translated,
                prefixes);
    }

    private static boolean isIpv4Prefix(String text) {
        return text.indexOf(':') < 0 && Rule.isPrefix(text);
    }

    private static boolean isPort(String text) {
        return PORT.matcher(text).matches() && Integer.parseInt(text.substring(text.indexOf(':') + 1)) < 65_536;
    }

    private static void require(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("host config: %s %s is not valid".formatted(name, value));
        }
    }

    /** The filesystem contexts and images live on. */
    public Path store() {
        return dataDir.resolve("store");
    }

    public Path loopFile() {
        return dataDir.resolve("store.btrfs");
    }

    public Path images() {
        return store().resolve("images");
    }

    public Path contexts() {
        return store().resolve("contexts");
    }

    /** Private layer of one context: a directory with a quota. */
    public Path context(String contextId) {
        return contexts().resolve(contextId);
    }

    /** Holds a directory per context with its snapshots, each a directory with an accounting of its own. */
    public Path snapshots() {
        return store().resolve("snapshots");
    }

    public Path snapshots(String contextId) {
        return snapshots().resolve(contextId);
    }

    /** Layers that are not in their place yet, and such as were replaced. */
    public Path staging() {
        return store().resolve("staging");
    }

    public Path staging(String contextId) {
        return staging().resolve(contextId);
    }

    /** Temporary layers of rescue systems. */
    public Path rescues() {
        return store().resolve("rescue");
    }

    public Path rescue(String contextId) {
        return rescues().resolve(contextId);
    }

    /** Holds a directory per context with its mount point and LXC configuration. */
    public Path run() {
        return dataDir.resolve("run");
    }

    public Path run(String contextId) {
        return run().resolve(contextId);
    }

    public Path rootfs(String contextId) {
        return run(contextId).resolve("rootfs");
    }
}
