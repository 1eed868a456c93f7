package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code berth image build|add|sign|import}. */
final class ImageCommand {
    private static final String USAGE =
            "usage: ./berth image build " + Images.DEBIAN_12 + " | build " + Images.DEBIAN_12_CLOUD
                    + " | add ARCHIVE NAME DISTRIBUTION RELEASE | sign ARCHIVE NAME"
                    + " | import simplestreams URL ALIAS [NAME] | import oci DIRECTORY|docker://REFERENCE [NAME]";

    /** A label, because names of images go where names of nodes go: into paths, headers and what is signed. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final Instance instance;
    private final PrintStream out;
    private final Progress progress;

    ImageCommand(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
        this.progress = new Progress(out);
    }

    int run(List<String> arguments) throws Exception {
        String what = arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        switch (what) {
            case "build" -> build(words(rest, 1));
            case "add" -> add(words(rest, 4));
            case "sign" -> sign(words(rest, 2));
            case "import" -> bring(rest);
            default -> throw new Failure(Failure.USAGE, USAGE);
        }
        return 0;
    }

    private static List<String> words(List<String> arguments, int count) {
        if (arguments.size() != count) {
            throw new Failure(Failure.USAGE, USAGE);
        }
        return arguments;
    }

    private void build(List<String> words) throws Exception {
        new Packages(instance.settings).ensure(true);
        register(progress.step("image " + words.getFirst(), () -> instance.images.ensure(words.getFirst())));
    }

    private void add(List<String> words) throws Exception {
        register(Images.Image.of(name(words.get(1)), words.get(2), words.get(3), archive(words.getFirst())));
    }

    /** Only the signature goes to standard output, so that it can be kept in a file. */
    private void sign(List<String> words) {
        Images.Image image = Images.Image.of(name(words.getLast()), "", "", archive(words.getFirst()));
        out.print(instance.signing.sign(image).detached());
        System.err.println("berth: the public key is in " + instance.signing.trusted());
    }

    private void bring(List<String> words) throws Exception {
        ImageImport images = new ImageImport(instance.settings);
        String from = words.isEmpty() ? "" : words.getFirst();
        int needed = from.equals("oci") ? 2 : 3;
        Optional<String> name = words.size() == needed + 1 ? Optional.of(name(words.getLast())) : Optional.empty();
        if (words.size() < needed || words.size() > needed + 1) {
            throw new Failure(Failure.USAGE, USAGE);
        }
        register(
                switch (from) {
                    case "simplestreams" ->
                        progress.step(
                                "image " + words.get(2), () -> images.simpleStreams(words.get(1), words.get(2), name));
                    case "oci" -> progress.step("image " + words.get(1), () -> oci(images, words.get(1), name));
                    default -> throw new Failure(Failure.USAGE, USAGE);
                });
    }

    private static Images.Image oci(ImageImport images, String from, Optional<String> name) throws IOException {
        return OciRegistry.names(from) ? images.registry(from, name) : images.oci(Path.of(from), name);
    }

    private void register(Images.Image image) throws Exception {
        image.endOfLife().ifPresent(day -> progress.say("security updates until " + day + ", as the image says"));
        if (instance.portal.ready()) {
            progress.step("register", () -> {
                new Registration(PortalApi.operator(instance.settings, instance.secrets))
                        .image(image, instance.signing);
                return null;
            });
        } else {
            progress.say("the portal does not run: `./berth up`, then `./berth image add %s %s %s %s`"
                    .formatted(image.archive(), image.name(), image.distribution(), image.release()));
        }
        out.println(image.name() + " " + image.digest() + " " + image.archive());
    }

    private static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new Failure(Failure.USAGE, "'" + text + "' is no name of an image, as debian-12 is one");
        }
        return text;
    }

    private static Path archive(String text) {
        Path file = Path.of(text).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new Failure(Failure.USAGE, "there is no file " + file);
        }
        return file;
    }
}
