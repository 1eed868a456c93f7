package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The root file system of test hosts: Debian as a hosting company would install it, kept by the hash of its recipe. */
final class GuestImage {
    private static final String SUITE = "bookworm";
    private static final String SIZE = "3G";
    private static final List<String> PACKAGES = List.of(
            "systemd,systemd-sysv,dbus,udev,openssh-server,openssh-client,iproute2,iputils-ping,nftables,procps,kmod,ca-certificates",
            "apparmor,lxc,lxcfs,uidmap,quota,e2fsprogs,xfsprogs,btrfs-progs,gzip");

    /** lxc.service waits half a minute for a bridge nobody wants here; the rest is of no use to a host that lives minutes. */
    private static final List<String> MASKED = List.of(
            "lxc.service",
            "lxc-net.service",
            "lxc-monitord.service",
            "systemd-firstboot.service",
            "apt-daily.timer",
            "apt-daily-upgrade.timer",
            "dpkg-db-backup.timer",
            "e2scrub_all.timer",
            "e2scrub_reap.service",
            "fstrim.timer");

    /** What a machine needs that has no kernel from outside. */
    private static final List<String> KERNEL = List.of("linux-image-amd64,initramfs-tools");

    private final Settings settings;
    private final List<String> packages;

    private GuestImage(Settings settings, List<String> packages) {
        this.settings = settings;
        this.packages = packages;
    }

    /** For a kernel that comes from elsewhere and has no modules. */
    static GuestImage plain(Settings settings) {
        return new GuestImage(settings, PACKAGES);
    }

    /** With the distribution's own kernel. */
    static GuestImage withKernel(Settings settings) {
        return new GuestImage(
                settings, Stream.concat(PACKAGES.stream(), KERNEL.stream()).toList());
    }

    /** @param root the file system from which {@code kernel} and {@code ramdisk} are taken */
    record Bootable(Path root, Path kernel, Path ramdisk) {}

    Bootable bootable() throws IOException {
        Path image = ensure();
        return new Bootable(image, taken(image, "vmlinuz"), taken(image, "initrd.img"));
    }

    /** There is one of each, and its name ends with its version. */
    private static Path taken(Path image, String name) throws IOException {
        Path target = image.resolveSibling(image.getFileName() + "." + name);
        if (!Files.exists(target)) {
            String found = debugfs(image, "ls -p /boot")
                    .lines()
                    .flatMap(line -> Stream.of(line.split("/")))
                    .filter(word -> word.startsWith(name + "-"))
                    .findFirst()
                    .orElseThrow(() -> new Failure(Failure.BUILD, "there is no /boot/%s in %s".formatted(name, image)));
            Path fresh = Files.createTempFile(target.getParent(), "new", "");
            debugfs(image, "dump /boot/%s %s".formatted(found, fresh));
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    private static String debugfs(Path image, String request) {
        return Command.of("debugfs", "-R", request, image.toString()).must(Failure.BUILD, "reading " + image);
    }

    /** An ext4 file system in a file that is only read: each host writes to a layer of its own. */
    Path ensure() throws IOException {
        Path directory = settings.ensureDirectory(Settings.userCache().resolve("uml"));
        Path image = directory.resolve("host-" + recipeHash() + ".img");
        if (!Files.exists(image)) {
            Path work = Files.createTempDirectory(directory, "root");
            try {
                build(work.resolve("root"), work.resolve("image"));
                Files.move(work.resolve("image"), image, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Command.of("rm", "-rf", "--one-file-system", work.toString())
                        .within(Duration.ofMinutes(2))
                        .run();
            }
        }
        return image;
    }

    private void build(Path root, Path image) throws IOException {
        Path log = settings.log("guest-image");
        List<String> command = new ArrayList<>(recipe());
        command.addAll(List.of(SUITE, root.toString()));
        Command.of(command)
                .within(Duration.ofMinutes(10))
                .mustTo(log, Failure.BUILD, "building the test host with mmdebstrap");
        furnish(root);
        Command.of("truncate", "--size=" + SIZE, image.toString()).mustTo(log, Failure.BUILD, "making the image");
        Command.of("mke2fs", "-q", "-t", "ext4", "-d", root.toString(), image.toString())
                .within(Duration.ofMinutes(5))
                .mustTo(log, Failure.BUILD, "making the image");
    }

    private void furnish(Path root) throws IOException {
        Path units = root.resolve("etc/systemd/system");
        for (String unit : MASKED) {
            Files.deleteIfExists(units.resolve(unit));
            Files.createSymbolicLink(units.resolve(unit), Path.of("/dev/null"));
        }
        Files.copy(guest().resolve("berth-guest.service"), units.resolve("berth-guest.service"));
        Path wants = Files.createDirectories(units.resolve("multi-user.target.wants"));
        Files.createSymbolicLink(wants.resolve("berth-guest.service"), Path.of("../berth-guest.service"));
        Path program = root.resolve("usr/local/sbin/berth-guest");
        Files.copy(guest().resolve("berth-guest"), program);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("etc/machine-id"), "");
        Files.writeString(root.resolve("etc/hostname"), "host\n");
        Files.writeString(root.resolve("etc/hosts"), "127.0.0.1 localhost\n127.0.1.1 host\n::1 localhost\n");
    }

    private Path guest() {
        return settings.root().resolve("tools/uml/guest");
    }

    private List<String> recipe() {
        return List.of(
                "mmdebstrap",
                "--variant=minbase",
                "--skip=check/empty",
                "--format=directory",
                "--include=" + String.join(",", packages),
                "--aptopt=APT::Install-Recommends \"false\"",
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*");
    }

    private String recipeHash() {
        return Builds.sha256(
                        String.join("\n", recipe()),
                        SUITE + SIZE + MASKED,
                        Builds.sha256(guest().resolve("berth-guest")),
                        Builds.sha256(guest().resolve("berth-guest.service")))
                .substring(0, 16);
    }
}
