package dev.berth.node.image;

import dev.berth.contract.ImageInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Where image archives come from. */
@FunctionalInterface
public interface ImageSource {
    /**
     * Writes the archive of an image to a file that does not exist yet.
     *
     * @param check given what is said of the image before any of it is fetched; refuses it by throwing
     */
    void download(String digest, Consumer<ImageInfo> check, Path to) throws IOException, InterruptedException;
}
