package dev.berth.node.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Bytes on the database's disk that nobody else can take: given up when the disk is full, so that records still fit. */
final class Reserve {
    private static final Logger LOG = Logger.getLogger(Reserve.class);

    private final Path file;
    private final int bytes;

    Reserve(Path file, int bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** Makes it where it is missing. A disk without room for it goes without. */
    void keep() {
        try {
            if (!Files.exists(file)) {
                Files.write(file, new byte[bytes]);
            }
        } catch (IOException e) {
            LOG.warnf("no reserve for the journal: %s", e.getMessage());
            release();
        }
    }

    /** @return whether there was one */
    boolean release() {
        try {
            boolean released = Files.deleteIfExists(file);
            if (released) {
                LOG.warn("the disk is full: the journal's reserve was given up");
            }
            return released;
        } catch (IOException e) {
            LOG.warnf("the journal's reserve cannot be given up: %s", e.getMessage());
            return false;
        }
    }
}
