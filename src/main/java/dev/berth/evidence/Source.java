package dev.berth.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.SortedSet;

/** The files of a bundle, wherever they are. */
public interface Source {
    SortedSet<String> names();

    /** A file from its beginning; empty when it is not there. */
    Optional<InputStream> open(String name) throws IOException;
}
