package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** An image with one program that does nothing: a thousand contexts of it fit into what a hundred with a whole system take. */
final class IdleImage {
    static final String NAME = "bench-idle";
    private static final List<String> DIRECTORIES =
            List.of("dev", "etc", "home", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "var");

    private IdleImage() {}

    static Images.Image ensure(Instance instance) throws IOException {
        Settings settings = instance.settings;
        Path archive = settings.ensureDirectory(settings.images()).resolve(NAME + ".tar.gz");
        build(settings, archive);
        Images.Image image = Images.Image.of(NAME, "none", "1", archive);
        new Registration(PortalApi.operator(settings, instance.secrets)).image(image, instance.signing);
        return image;
    }

    /** The same program gives the same bytes. */
    private static void build(Settings settings, Path archive) throws IOException {
        Path root = Files.createTempDirectory(archive.getParent(), NAME);
        try {
            for (String directory : DIRECTORIES) {
                Files.createDirectory(root.resolve(directory));
            }
            Files.move(BenchImage.compiled(settings, "idle"), root.resolve("sbin/init"));
            Path made = archive.resolveSibling(NAME + ".new");
            Command.of(
                            "tar",
                            "--create",
                            "--gzip",
                            "--sort=name",
                            "--owner=0",
                            "--group=0",
                            "--mode=0755",
                            "--mtime=@0",
                            "--file=" + made,
                            "--directory=" + root,
                            ".")
                    .must(Failure.BUILD, "packing the image that does nothing");
            Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Command.of("rm", "-rf", root.toString()).must(Failure.BUILD, "removing " + root);
        }
    }
}
