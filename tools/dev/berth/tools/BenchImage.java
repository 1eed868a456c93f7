package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The Debian image with what is measured inside: built once, registered with the portal that is measured. */
final class BenchImage {
    static final String NAME = "bench-debian-12";
    private static final String PACKAGES =
            "sysbench,dbench,postmark,fio,postgresql,postgresql-contrib,iperf3,stress-ng";

    private BenchImage() {}

    static Images.Image ensure(Instance instance) throws IOException {
        Settings settings = instance.settings;
        Path archive = settings.ensureDirectory(settings.images()).resolve(NAME + ".tar.gz");
        if (!Files.exists(archive)) {
            build(settings, archive);
        }
        Images.Image image = Images.Image.of(NAME, "debian", "12", archive);
        new Registration(PortalApi.operator(settings, instance.secrets)).image(image, instance.signing);
        return image;
    }

    private static void build(Settings settings, Path archive) {
        Path tar = archive.resolveSibling(NAME + ".tar");
        List<String> command = new ArrayList<>(Images.recipe(Images.DEBIAN_12));
        // postgresql's own cluster is of no use: a measurement makes its own
        command.add("--include=" + PACKAGES);
        command.add("--customize-hook=rm -rf \"$1\"/var/lib/postgresql/15/main; "
                + "ln -sf /dev/null \"$1/etc/systemd/system/postgresql.service\"");
        command.addAll(List.of("bookworm", tar.toString()));
        Command.of(command)
                .within(Duration.ofMinutes(10))
                .mustTo(settings.log("image"), Failure.BUILD, "building the image of the measurements");
        Command.of("gzip", "-1", "-n", tar.toString())
                .within(Duration.ofMinutes(5))
                .must(Failure.BUILD, "compressing the image of the measurements");
        try {
            Files.move(tar.resolveSibling(NAME + ".tar.gz"), archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles one of {@code tools/bench}, static, for any root file system. */
    static Path compiled(Settings settings, String name) {
        Path program =
                settings.ensureDirectory(settings.variable().resolve("bench")).resolve(name);
        String source = settings.root().resolve("tools/bench/" + name + ".c").toString();
        Command.of("gcc", "-O2", "-static", "-o", program.toString(), source)
                .must(Failure.PACKAGES, "compiling " + source + " (needs gcc)");
        return program;
    }
}
