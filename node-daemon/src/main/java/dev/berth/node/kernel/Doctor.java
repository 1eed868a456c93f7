package dev.berth.node.kernel;

import dev.berth.node.host.Finding;
import dev.berth.node.host.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks whether a host can hold contexts, and changes nothing. */
final class Doctor {
    /** Program and the package of Debian that has it. */
    private static final Map<String, String> PROGRAMS = new TreeMap<>(Map.ofEntries(
            Map.entry("lxc-start", "lxc"),
            Map.entry("lxc-stop", "lxc"),
            Map.entry("lxc-attach", "lxc"),
            Map.entry("newuidmap", "uidmap"),
            Map.entry("newgidmap", "uidmap"),
            Map.entry("nft", "nftables"),
            Map.entry("ip", "iproute2"),
            Map.entry("tc", "iproute2"),
            Map.entry("mount", "mount"),
            Map.entry("unshare", "util-linux"),
            Map.entry("tar", "tar"),
            Map.entry("gzip", "gzip"),
            Map.entry("ssh-keygen", "openssh-client")));

    private static final Set<String> V1_CONTROLLERS =
            new TreeSet<>(Set.of("cpu", "cpuacct", "cpuset", "memory", "pids", "blkio", "devices", "freezer"));
    private static final Set<String> V2_CONTROLLERS = new TreeSet<>(Set.of("cpu", "cpuset", "memory", "pids", "io"));
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

    private final HostConfig config;

    private final Store store;

    Doctor(HostConfig config) {
        this.config = config;
        this.store = new Store(config, new Programs());
    }

    List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        findings.add(root());
        findings.add(kernel());
        findings.add(controllers());
        findings.add(filesystem("overlay"));
        findings.add(quota());
        findings.add(userNamespaces());
        if (store.inFile()) {
            findings.add(filesystem("btrfs"));
            findings.add(loopDevices());
            findings.add(program("mkfs.btrfs", "btrfs-progs"));
        }
        PROGRAMS.forEach((program, name) -> findings.add(program(program, name)));
        findings.add(Lxcfs.finding());
        findings.add(appArmor());
        findings.add(ipv6());
        findings.addAll(new NetworkDoctor(config, new Programs()).examine());
        findings.add(space());
        return findings;
    }

    private static Finding root() {
        boolean root = FlatKeys.value(read("/proc/self/status"), "Uid") == 0;
        return finding("root", root, Level.MISSING, root ? "yes" : "no", "run the daemon as root");
    }

    private static Finding kernel() {
        String release = read("/proc/sys/kernel/osrelease").orElse("unknown");
        Matcher matcher = RELEASE.matcher(release);
        // 5.19: overlayfs takes idmapped lower layers.
        boolean enough = matcher.matches()
                && Integer.parseInt(matcher.group(1)) * 1000 + Integer.parseInt(matcher.group(2)) >= 5019;
        return finding("kernel", enough, Level.MISSING, release.strip(), "use Linux 5.19 or newer");
    }

    private static Finding controllers() {
        Hierarchies found = Hierarchies.parse(Mounts.text());
        if (found.all().isEmpty()) {
            return finding("cgroups", false, Level.MISSING, "not mounted", "mount cgroup2 on /sys/fs/cgroup");
        }
        Set<String> available = found.unified()
                ? Set.of(read(found.all()
                                .getFirst()
                                .resolve("cgroup.controllers")
                                .toString())
                        .orElse("")
                        .strip()
                        .split(" ", -1))
                : found.controllers().keySet();
        Set<String> missing = new TreeSet<>(found.unified() ? V2_CONTROLLERS : V1_CONTROLLERS);
        missing.removeAll(available);
        String layout = found.unified() ? "v2" : "v1/hybrid";
        String text = missing.isEmpty() ? layout : "%s without %s".formatted(layout, String.join(", ", missing));
        return finding("cgroups", missing.isEmpty(), Level.MISSING, text, "boot a kernel with these controllers");
    }

    private static Finding filesystem(String type) {
        boolean there = read("/proc/filesystems").orElse("").lines().anyMatch(line -> line.endsWith("\t" + type));
        return finding(type, there, Level.MISSING, there ? "yes" : "no", "load the kernel module " + type);
    }

    /** How disks are limited, which is decided by what the data directory lies on. */
    private Finding quota() {
        String type = type(store.existing());
        QuotaDriver driver = store.quota();
        String what = driver.limitsInodes() ? "bytes and files, df shows the limit" : "bytes, no limit of files";
        String where = store.inFile() ? "in a btrfs file on " + type : "on " + type;
        return finding(
                "disk quota",
                !store.inFile(),
                Level.DEGRADED,
                "%s %s: %s".formatted(driver.name(), where, what),
                "keep the data directory on xfs or ext4 mounted with prjquota, or on btrfs");
    }

    private static String type(Path directory) {
        try {
            return Files.getFileStore(directory).type();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Finding loopDevices() {
        boolean there = Files.exists(Path.of("/dev/loop-control"));
        return finding(
                "loop devices",
                there,
                Level.DEGRADED,
                there ? "yes" : "no",
                "load the kernel module loop, or keep the data directory on a filesystem with quota");
    }

    private static Finding userNamespaces() {
        long most = read("/proc/sys/user/max_user_namespaces")
                .map(text -> Long.parseLong(text.strip()))
                .orElse(0L);
        return finding(
                "user namespaces",
                most > 0,
                Level.MISSING,
                "at most " + most,
                "set sysctl user.max_user_namespaces to 16384 or more");
    }

    private static Finding program(String program, String debianPackage) {
        for (String directory : List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
            Path path = Path.of(directory, program);
            if (Files.isExecutable(path)) {
                return new Finding(program, Level.OK, path.toString(), "");
            }
        }
        return finding(program, false, Level.MISSING, "not found", "apt-get install " + debianPackage);
    }

    static boolean hasAppArmor() {
        return read("/sys/module/apparmor/parameters/enabled").orElse("").startsWith("Y");
    }

    private static Finding appArmor() {
        boolean there = hasAppArmor();
        return finding(
                "AppArmor", there, Level.DEGRADED, there ? "enabled" : "not in this kernel", "boot with apparmor=1");
    }

    static boolean hasIpv6() {
        return Files.isDirectory(Path.of("/proc/sys/net/ipv6"));
    }

    private static Finding ipv6() {
        boolean there = hasIpv6();
        return finding("IPv6", there, Level.DEGRADED, there ? "yes" : "no", "boot without ipv6.disable=1");
    }

    /** The loop file is sparse: a host that cannot fill it would fail customers' writes with I/O errors. */
    private Finding space() {
        try {
            Path existing = store.existing();
            boolean made = !store.inFile() || Files.exists(config.loopFile());
            long free = Files.getFileStore(existing).getUsableSpace();
            return finding(
                    "disk",
                    made || free >= config.loopFileBytes(),
                    Level.DEGRADED,
                    "%d MiB free in %s".formatted(free >> 20, existing),
                    "give the data directory %d MiB".formatted(config.loopFileBytes() >> 20));
        } catch (IOException e) {
            return finding(
                    "disk", false, Level.MISSING, String.valueOf(e.getMessage()), "choose another data directory");
        }
    }

    private static Finding finding(String capability, boolean holds, Level otherwise, String found, String remedy) {
        return new Finding(capability, holds ? Level.OK : otherwise, found, holds ? "" : remedy);
    }

    private static Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(Path.of(file)));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
