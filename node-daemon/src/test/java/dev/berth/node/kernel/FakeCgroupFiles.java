package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Cgroup files in a map; only files that were put can be written, as in the kernel. */
final class FakeCgroupFiles implements CgroupFiles {
    private final Map<Path, String> contents = new TreeMap<>();
    private final List<String> writes = new ArrayList<>();

    FakeCgroupFiles put(String file, String content) {
        contents.put(Path.of(file), content);
        return this;
    }

    List<String> writes() {
        return writes;
    }

    @Override
    public Optional<String> read(Path file) {
        return Optional.ofNullable(contents.get(file));
    }

    @Override
    public void write(Path file, String value) {
        if (contents.replace(file, value) == null) {
            throw new HostException("no file " + file);
        }
        writes.add("%s %s".formatted(file.getFileName(), value));
    }
}
