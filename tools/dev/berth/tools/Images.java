package dev.berth.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** {@code berth image build NAME}: a root file system as gzip-compressed tar, kept by the hash of its recipe. */
final class Images {
    static final String DEBIAN_12 = "debian-12";
    static final String DEBIAN_12_CLOUD = "debian-12-cloud";
    private static final int EMPTY_TAR_BYTES = 10_240;
    private static final List<String> PACKAGES = List.of(
            "systemd",
            "systemd-sysv",
            "openssh-server",
            "iproute2",
            "iputils-ping",
            "dbus",
            "ca-certificates",
            "procps");
    private static final List<String> HOOKS = List.of(
            // every context makes its own host keys and machine id at its first boot
            "rm -f \"$1\"/etc/ssh/ssh_host_*",
            ": > \"$1/etc/machine-id\"; rm -f \"$1/var/lib/dbus/machine-id\"",
            "for unit in systemd-firstboot.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer "
                    + "e2scrub_all.timer fstrim.timer getty@tty1.service; do "
                    + "ln -sf /dev/null \"$1/etc/systemd/system/$unit\"; done",
            "mkdir -p \"$1/root/.ssh\"; chmod 700 \"$1/root/.ssh\"",
            "rm -rf \"$1\"/var/lib/apt/lists/* \"$1\"/var/cache/apt/* \"$1\"/var/log/*.log \"$1\"/var/log/apt \"$1\"/tmp/*");

    /**
     * What cloud-init may do in a context: what its owner wrote, and nothing of what the node has set up. The name sorts after the file that
     * Debian's package writes. A list of one data source is taken without a search, and so without a wait.
     */
    private static final String CLOUD_CONFIG = """
            # The host has set up network, host name, host keys and root's keys before this system starts.
            datasource_list: [NoCloud]
            network: {config: disabled}
            preserve_hostname: true
            manage_etc_hosts: false
            ssh_deletekeys: false
            ssh_genkeytypes: []
            disable_root: false
            users: []
            locale: false
            apt: {preserve_sources_list: true}
            growpart: {mode: "off"}
            resize_rootfs: false
            """;

    /** Without a seed, nothing of cloud-init is started. */
    private static final String CLOUD_UNIT = """
            [Unit]
            ConditionPathExists=/var/lib/cloud/seed/nocloud/user-data
            """;

    private static final List<String> CLOUD_HOOKS = List.of(
            file("/etc/cloud/cloud.cfg.d/99_berth.cfg", CLOUD_CONFIG),
            "for unit in cloud-init-local cloud-init cloud-config cloud-final; do "
                    + "mkdir -p \"$1/etc/systemd/system/$unit.service.d\"; "
                    + "printf '%s' '" + CLOUD_UNIT
                    + "' >\"$1/etc/systemd/system/$unit.service.d/10-berth.conf\"; done");

    private static String file(String path, String content) {
        return "printf '%s' '" + content.replace("'", "'\\''") + "' >\"$1" + path + "\"";
    }

    private final Settings settings;

    Images(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param name as customers choose it
     * @param archive gzip-compressed tar
     * @param architecture as Debian names it
     * @param endOfLife the last day with security updates as the image itself says it, such as 2028-06-30
     */
    record Image(
            String name,
            String distribution,
            String release,
            Path archive,
            String digest,
            String architecture,
            Optional<String> endOfLife) {
        /** For this machine's architecture. */
        static Image of(String name, String distribution, String release, Path archive) {
            return new Image(
                    name,
                    distribution,
                    release,
                    archive,
                    "sha256:" + Builds.sha256(archive),
                    Images.architecture(),
                    Optional.empty());
        }

        Image ending(Optional<String> day) {
            return new Image(name, distribution, release, archive, digest, architecture, day);
        }
    }

    /** This machine's architecture as Debian names it. */
    static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name.replaceAll("[^a-z0-9]", "-");
        };
    }

    Image ensure(String name) {
        Path archive = settings.images().resolve(name + "-" + hash(recipe(name)) + ".tar.gz");
        if (!Files.exists(archive)) {
            build(name, archive);
        }
        return image(name, archive);
    }

    /** An archive with nothing in it, for the simulated node, which unpacks none. */
    Image placeholder() {
        Path archive = settings.ensureDirectory(settings.images()).resolve("simulated.tar.gz");
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(new byte[EMPTY_TAR_BYTES]);
            }
            Files.write(archive, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return image(DEBIAN_12, archive);
    }

    private static Image image(String name, Path archive) {
        return Image.of(name, "debian", "12", archive);
    }

    private void build(String name, Path archive) {
        if (!Settings.superuser()) {
            throw new Failure(Failure.HOST, "building an image needs root");
        }
        Path log = settings.log("image-" + name);
        Path directory = settings.ensureDirectory(settings.images());
        Path tar = directory.resolve(archive.getFileName() + ".tar");
        List<String> command = new ArrayList<>(recipe(name));
        command.addAll(List.of("bookworm", tar.toString()));
        Command.of(command)
                .within(Duration.ofMinutes(10))
                .mustTo(log, Failure.BUILD, "building the image with mmdebstrap");
        Command.of("gzip", "-1", "-n", tar.toString())
                .within(Duration.ofMinutes(5))
                .must(Failure.BUILD, "compressing the image");
        try {
            Files.move(tar.resolveSibling(tar.getFileName() + ".gz"), archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> recipe(String name) {
        return switch (name) {
            case DEBIAN_12 -> recipe(List.of(), List.of());
            case DEBIAN_12_CLOUD -> recipe(List.of("cloud-init"), CLOUD_HOOKS);
            default ->
                throw new Failure(
                        Failure.USAGE,
                        "the images that can be built are %s and %s, not '%s'"
                                .formatted(DEBIAN_12, DEBIAN_12_CLOUD, name));
        };
    }

    private static List<String> recipe(List<String> packages, List<String> hooks) {
        List<String> included = new ArrayList<>(PACKAGES);
        included.addAll(packages);
        List<String> command = new ArrayList<>(List.of(
                "mmdebstrap",
                "--variant=minbase",
                "--skip=check/empty",
                "--format=tar",
                "--include=" + String.join(",", included),
                "--aptopt=APT::Install-Recommends \"false\"",
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-include=/usr/share/doc/*/copyright"));
        Stream.concat(hooks.stream(), HOOKS.stream()).forEach(hook -> command.add("--customize-hook=" + hook));
        return command;
    }

    private static String hash(List<String> command) {
        try {
            byte[] recipe = String.join("\n", command).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(recipe))
                    .substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
