package dev.berth.fleet;

import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageKeys;
import dev.berth.contract.InvalidMessageException;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whose images are registered. Where {@code berth.image.keys} names a file, only those one of its keys signed. Nodes look at the
 * signature once more, with keys of their own: this check is there so that a mistake is told to who makes it.
 */
@ApplicationScoped
class ImageTrust {
    private final Optional<Path> file;

    ImageTrust(@ConfigProperty(name = "berth.image.keys") Optional<String> file) {
        this.file = file.map(Path::of);
    }

    /** Whether an image without a signature is refused. */
    boolean asksForSignatures() {
        return file.isPresent();
    }

    /** @throws Problem when no key that counts here signed it */
    void check(ImageInfo image) {
        file.flatMap(path -> keys(path).fault(image)).ifPresent(fault -> {
            throw refused("The " + fault + ".");
        });
    }

    static Problem refused(String sentence) {
        return Problem.of(422, "image-not-trusted", sentence);
    }

    /** Read for every image, so that a key that is added or withdrawn counts at once. */
    private static ImageKeys keys(Path file) {
        try {
            return ImageKeys.parse(Files.readString(file));
        } catch (IOException | InvalidMessageException e) {
            throw new IllegalStateException("the trusted keys of images in " + file + " cannot be read", e);
        }
    }
}
