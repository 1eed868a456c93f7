package dev.berth.node.image;

import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageKeys;
import dev.berth.contract.InvalidMessageException;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which images may come to this host: none that was made for other processors, and where a file of keys is named, only those one of its keys signed: whoever gets hold of the portal, or
 * of its database, can then still not have a program of theirs run on a node.
 */
public final class ImageTrust {
    private static final String REFUSED = "image-refused";

    private final Optional<Path> file;

    /** @param file of keys; read for every image, so that a key that is added or withdrawn counts at once */
    public ImageTrust(Optional<Path> file) {
        this.file = file;
    }

    /** @throws HostException when the file that is named does not hold keys */
    public static ImageTrust of(Optional<Path> file) {
        file.ifPresent(ImageTrust::keys);
        return new ImageTrust(file);
    }

    /**
     * @param digest what was asked for
     * @throws ExplainedException when the image is not to be unpacked here
     */
    public void check(String digest, ImageInfo image) {
        if (!image.digest().equals(digest)) {
            throw refused("the portal speaks of %s where it was asked for %s".formatted(image.digest(), digest));
        }
        image.architecture().filter(made -> !made.equals(Architecture.own())).ifPresent(made -> {
            throw refused(
                    "image %s is made for %s, and this host is %s".formatted(image.name(), made, Architecture.own()));
        });
        file.flatMap(path -> keys(path).fault(image)).ifPresent(fault -> {
            throw refused(fault);
        });
    }

    private static ExplainedException refused(String fault) {
        return new ExplainedException(REFUSED, fault, fault);
    }

    private static ImageKeys keys(Path file) {
        try {
            return ImageKeys.parse(Files.readString(file));
        } catch (IOException | InvalidMessageException e) {
            throw new HostException("the trusted keys of images in %s cannot be read: %s".formatted(file, e), e);
        }
    }
}
