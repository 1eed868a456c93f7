package dev.berth.tools;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A root file system put together of archives, one over the other, without unpacking any: what an archive names can reach nothing of this
 * machine. A member whose name leads through a link is put where the link leads to inside the tree, as a process whose root this is would
 * see it.
 */
final class RootTree {
    private static final int MAX_MEMBERS = 2_000_000;
    private static final long MAX_BYTES = 32L << 30;
    private static final int MAX_NAME_BYTES = 4_096;
    private static final int MAX_LINKS = 40;
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String WHITEOUT_OF_WHITEOUTS = ".wh..wh.";
    private static final List<String> RELEASE_FILES = List.of("etc/os-release", "usr/lib/os-release");
    private static final int MAX_RELEASE_BYTES = 65_536;

    /** By path without a slash at either end; two paths with the same object are hard links. The root is not in it. */
    private final TreeMap<String, TarEntry> members = new TreeMap<>();

    private int count;
    private long bytes;

    /** Lays an archive over what is there. */
    void add(Path tar) throws IOException {
        try (TarReader reader = new TarReader(tar)) {
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                put(entry.get());
            }
        }
    }

    /**
     * Lays a layer of an OCI image over what is there. Its whiteouts take away what layers below brought, whatever their place in the archive
     * (image-spec, layer.md).
     */
    void addLayer(Path tar) throws IOException {
        try (TarReader reader = new TarReader(tar)) {
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                whiteOut(entry.get());
            }
        }
        try (TarReader reader = new TarReader(tar)) {
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                if (!last(clean(entry.get().name())).startsWith(WHITEOUT)) {
                    put(entry.get());
                }
            }
        }
    }

    private void whiteOut(TarEntry entry) throws IOException {
        String path = clean(entry.name());
        String name = last(path);
        if (!name.startsWith(WHITEOUT)) {
            return;
        }
        String parent = resolved(parent(path));
        if (name.equals(OPAQUE)) {
            members.subMap(parent.isEmpty() ? "" : parent + "/", parent.isEmpty() ? "\uffff" : parent + "0")
                    .clear();
        } else if (!name.startsWith(WHITEOUT_OF_WHITEOUTS)) {
            String hidden = name.substring(WHITEOUT.length());
            if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
                throw refused(entry.name(), "takes nothing away");
            }
            remove(join(parent, hidden));
        }
    }

    private void put(TarEntry entry) throws IOException {
        bytes += entry.content().size();
        if (++count > MAX_MEMBERS || bytes > MAX_BYTES) {
            throw new IOException("the image has more than %d files or %d bytes".formatted(MAX_MEMBERS, MAX_BYTES));
        }
        String path = clean(entry.name());
        if (path.isEmpty()) {
            return;
        }
        String place = join(made(resolved(parent(path))), last(path));
        TarEntry before = members.get(place);
        if (before != null && !(before.isDirectory() && entry.isDirectory())) {
            remove(place);
        }
        if (entry.type() == TarEntry.HARD_LINK) {
            members.put(place, linked(entry));
        } else if (!entry.isDevice()) {
            // Devices are a host's: a context gets its own from LXC, and could not use these.
            members.put(place, entry);
        }
    }

    private TarEntry linked(TarEntry link) throws IOException {
        String target = clean(link.link());
        TarEntry found = target.isEmpty() ? null : members.get(join(resolved(parent(target)), last(target)));
        if (found == null || found.isDirectory()) {
            throw refused(link.name(), "is a hard link to what is not there");
        }
        return found;
    }

    /** Directories that an archive takes for granted. */
    private String made(String path) {
        for (String missing = path; !missing.isEmpty() && !members.containsKey(missing); missing = parent(missing)) {
            members.put(missing, TarEntry.directory(missing));
        }
        return path;
    }

    /** Where a directory is, links followed inside the tree; the root's parent is the root. */
    private String resolved(String path) throws IOException {
        Deque<String> left = new ArrayDeque<>(List.of(path.split("/")));
        String at = "";
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.equals("..")) {
                at = parent(at);
            } else if (!name.isEmpty() && !name.equals(".")) {
                String next = join(at, name);
                TarEntry found = members.get(next);
                if (found == null || found.isDirectory()) {
                    at = next;
                } else if (found.type() == TarEntry.SYMBOLIC_LINK && ++links <= MAX_LINKS) {
                    at = found.link().startsWith("/") ? "" : at;
                    String[] names = found.link().split("/");
                    for (int i = names.length - 1; i >= 0; i--) {
                        left.push(names[i]);
                    }
                } else {
                    throw refused(path, "leads through what is no directory");
                }
            }
        }
        return at;
    }

    private void remove(String path) {
        members.remove(path);
        members.subMap(path + "/", path + "0").clear();
    }

    /** Without what would make contexts of this image alike, or belongs to the machine it was made on. */
    void neutralise() throws IOException {
        members.subMap("etc/ssh/ssh_host_", "etc/ssh/ssh_host_\uffff").clear();
        members.subMap("dev/", "dev0").clear();
        members.remove(".dockerenv");
        Optional.ofNullable(members.get("etc/machine-id"))
                .filter(entry -> entry.type() == TarEntry.FILE)
                .ifPresent(entry -> members.put("etc/machine-id", entry.empty()));
        Optional.ofNullable(members.get("var/lib/dbus/machine-id"))
                .filter(entry -> entry.type() == TarEntry.FILE)
                .ifPresent(entry -> members.remove("var/lib/dbus/machine-id"));
    }

    /** Whether a path leads to a file, links followed inside the tree. */
    Optional<TarEntry> file(String path) throws IOException {
        String at = path;
        for (int links = 0; links <= MAX_LINKS; links++) {
            TarEntry found = members.get(join(resolved(parent(at)), last(at)));
            if (found == null || found.type() != TarEntry.SYMBOLIC_LINK) {
                return Optional.ofNullable(found).filter(entry -> entry.type() == TarEntry.FILE);
            }
            String directory = resolved(parent(at));
            at = found.link().startsWith("/") ? found.link() : join(directory, found.link());
            at = String.join("/", at.split("/+")).replaceFirst("^/", "");
        }
        return Optional.empty();
    }

    /** {@code os-release(5)} of the tree; empty where it has none. */
    Map<String, String> release() throws IOException {
        Map<String, String> values = new TreeMap<>();
        for (String name : RELEASE_FILES) {
            Optional<TarEntry> file = file(name).filter(entry -> entry.content().size() <= MAX_RELEASE_BYTES);
            if (file.isPresent() && values.isEmpty()) {
                text(file.get().content()).lines().forEach(line -> {
                    int equals = line.indexOf('=');
                    if (equals > 0) {
                        values.put(
                                line.substring(0, equals),
                                line.substring(equals + 1).replaceAll("^[\"']|[\"']$", ""));
                    }
                });
            }
        }
        return values;
    }

    private static String text(TarEntry.Content content) throws IOException {
        try (var in = Files.newInputStream(content.file())) {
            in.skipNBytes(content.offset());
            return new String(in.readNBytes((int) content.size()), StandardCharsets.UTF_8);
        }
    }

    /** Writes it as an archive of Berth's: the same tree gives the same bytes. */
    void write(Path archive) throws IOException {
        Map<TarEntry, String> written = new IdentityHashMap<>();
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
                TarWriter tar = new TarWriter(new Gzip(file))) {
            tar.write("./", TarEntry.directory(""));
            for (Map.Entry<String, TarEntry> member : members.entrySet()) {
                String name = "./" + member.getKey();
                TarEntry entry = member.getValue();
                String first = written.putIfAbsent(entry, name);
                if (entry.isDirectory()) {
                    tar.write(name + "/", entry);
                } else if (first == null) {
                    tar.write(name, entry);
                } else {
                    tar.write(name, hardLink(first, entry));
                }
            }
        }
    }

    private static TarEntry hardLink(String to, TarEntry entry) {
        return new TarEntry(
                entry.name(),
                TarEntry.HARD_LINK,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.modified(),
                to,
                Optional.empty(),
                TarEntry.directory("").content());
    }

    /** Fast, because images are read once for each node and written once. */
    private static final class Gzip extends GZIPOutputStream {
        Gzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** A name without what says nothing; one that leads upwards is refused. */
    private static String clean(String name) throws IOException {
        if (name.length() > MAX_NAME_BYTES || name.indexOf('\0') >= 0) {
            throw refused(name.substring(0, Math.min(80, name.length())), "has a name that is none");
        }
        StringBuilder path = new StringBuilder();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                throw refused(name, "leads out of the tree");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path.append(path.isEmpty() ? "" : "/").append(part);
            }
        }
        return path.toString();
    }

    private static String parent(String path) {
        return path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String join(String parent, String name) {
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    private static IOException refused(String name, String why) {
        return new IOException("member '%s' %s".formatted(name.replaceAll("\\p{Cntrl}", "?"), why));
    }
}
