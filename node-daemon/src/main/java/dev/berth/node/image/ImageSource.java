package dev.berth.node.image;

import java.io.IOException;
import java.nio.file.Path;

/** Where image archives come from. */
@FunctionalInterface
public interface ImageSource {
    /** Writes the archive of an image to a file that does not exist yet. */
    void download(String digest, Path to) throws IOException, InterruptedException;
}
