package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code berth image import}: archives of Berth's made of images of others. The same image gives the same bytes. */
final class ImageImport {
    private static final int MAX_NAME = 63;

    private final Settings settings;
    private final Packages packages;

    ImageImport(Settings settings) {
        this.settings = settings;
        this.packages = new Packages(settings);
    }

    /** @param name empty for the alias with dashes */
    Images.Image simpleStreams(String url, String alias, Optional<String> name) throws IOException {
        SimpleStreams server = new SimpleStreams(url);
        SimpleStreams.Found found = server.find(alias, Images.architecture());
        try (Unpacking unpacking = unpacking()) {
            Path file = unpacking.fresh();
            server.fetch(found, file);
            RootTree tree = new RootTree();
            tree.add(found.isSquashfs() ? unpacking.unsquash(file) : unpacking.unxz(file));
            Images.Image image = finish(tree, Optional.of(name.orElse(alias)), unpacking);
            return image.ending(image.endOfLife().or(() -> day(found.supportEnds())));
        }
    }

    /** @param name empty for what the image says of itself */
    Images.Image oci(Path directory, Optional<String> name) throws IOException {
        try (Unpacking unpacking = unpacking()) {
            RootTree tree = new RootTree();
            for (OciLayout.Layer layer : new OciLayout(directory).layers(Images.architecture())) {
                tree.addLayer(OciLayout.tar(layer, unpacking));
            }
            return finish(tree, name, unpacking);
        }
    }

    /** @param name empty for what the image says of itself */
    Images.Image registry(String reference, Optional<String> name) throws IOException {
        Path fetched = Files.createTempDirectory(settings.ensureDirectory(imported()), "oci");
        try {
            Path layout = fetched.resolve("layout");
            new OciRegistry(packages).pull(reference, layout);
            return oci(layout, name);
        } finally {
            Command.of("rm", "-rf", fetched.toString()).must(Failure.BUILD, "removing " + fetched);
        }
    }

    private Unpacking unpacking() throws IOException {
        return new Unpacking(settings.ensureDirectory(imported()), packages);
    }

    private Path imported() {
        return settings.variable().resolve("images");
    }

    private Images.Image finish(RootTree tree, Optional<String> name, Unpacking unpacking) throws IOException {
        if (tree.file("sbin/init").isEmpty()) {
            throw new Failure(
                    Failure.BUILD,
                    "the image is refused: it has no /sbin/init, so that a context made of it could not start");
        }
        tree.neutralise();
        Map<String, String> release = tree.release();
        String distribution = release.getOrDefault("ID", "linux");
        String version = release.getOrDefault("VERSION_ID", "rolling");
        String called = label(name.orElse(distribution + "-" + version));
        Path fresh = unpacking.fresh();
        tree.write(fresh);
        Path archive = imported()
                .resolve("%s-%s.tar.gz".formatted(called, Builds.sha256(fresh).substring(0, 12)));
        Files.move(fresh, archive, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return Images.Image.of(called, short64(distribution), short64(version), archive)
                .ending(day(Optional.ofNullable(release.get("SUPPORT_END"))));
    }

    /** As {@code os-release(5)} writes when support ends; anything else says nothing. */
    private static Optional<String> day(Optional<String> text) {
        return text.filter(day -> day.matches("[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"));
    }

    /** As names of images are. */
    private static String label(String text) {
        String label =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        if (label.isEmpty() || label.length() > MAX_NAME) {
            throw new Failure(Failure.USAGE, "'" + text + "' gives no name for an image: say one");
        }
        return label;
    }

    private static String short64(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?").strip();
        return plain.substring(0, Math.min(64, plain.length()));
    }
}
