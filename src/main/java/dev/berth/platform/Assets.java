package dev.berth.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Scripts, styles and images of the pages, named with a hash of what is in them: such an address never shows anything
 * else and may be kept for ever, and a new version has a new address.
 */
public final class Assets {
    private static final String ROOT = "/META-INF/resources";
    private static final int HASH_LENGTH = 12;

    /** Holds what exists only, so that made-up paths do not fill it. */
    private static final Map<String, String> VERSIONS = new ConcurrentHashMap<>();

    private Assets() {}

    /** The address of a file that there is, such as {@code /css/berth.css?v=0123456789ab}. */
    public static String address(String path) {
        @Nullable String version = version(path);
        if (version == null) {
            throw new IllegalArgumentException("no asset " + path);
        }
        return path + "?v=" + version;
    }

    /** Whether this address names what the file holds now. */
    static boolean current(String path, @Nullable String version) {
        return version != null && version.equals(version(path));
    }

    private static @Nullable String version(String path) {
        @Nullable String known = VERSIONS.get(path);
        if (known != null) {
            return known;
        }
        @Nullable String found = read(path);
        if (found != null) {
            VERSIONS.put(path, found);
        }
        return found;
    }

    private static @Nullable String read(String path) {
        try (@Nullable InputStream in = Assets.class.getResourceAsStream(ROOT + path)) {
            return in == null ? null : Hashes.hex(in.readAllBytes()).substring(0, HASH_LENGTH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
