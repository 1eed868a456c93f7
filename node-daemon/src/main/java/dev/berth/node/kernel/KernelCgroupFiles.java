package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** {@link CgroupFiles} on the kernel's own. */
final class KernelCgroupFiles implements CgroupFiles {
    @Override
    public Optional<String> read(Path file) {
        try {
            return Optional.of(Syscalls.readFile(file.toString()).stripTrailing());
        } catch (SyscallException e) {
            // ENODEV: the group was removed between opening and reading.
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void write(Path file, String value) {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new HostException("cannot write %s to %s: %s".formatted(value, file, e.getMessage()), e);
        }
    }
}
