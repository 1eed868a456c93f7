package dev.berth.node.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which whole disk is below a place, as {@code major:minor}: I/O is limited per disk, not per partition. */
final class Disks {
    private static final Path BLOCK_DEVICES = Path.of("/sys/dev/block");

    private Disks() {}

    /** Empty where nothing that is known to the kernel as a block device is below, as on a network filesystem. */
    static Optional<String> below(Path place) {
        return device(Mounts.text(), place).map(Disks::whole).filter(device -> Files.exists(link(device)));
    }

    /** The device of the innermost mount that the place is in. */
    static Optional<String> device(String mountinfo, Path place) {
        Optional<String> found = Optional.empty();
        int depth = -1;
        for (String line : mountinfo.lines().toList()) {
            String[] sides = line.split(" - ", 2);
            String[] left = sides[0].split(" ", -1);
            Path mount = Path.of(left[4]);
            if (sides.length == 2 && place.startsWith(mount) && mount.getNameCount() >= depth) {
                depth = mount.getNameCount();
                found = left[2].startsWith("0:") ? number(sides[1].split(" ", -1)[1]) : Optional.of(left[2]);
            }
        }
        return found;
    }

    /** btrfs numbers its subvolumes itself; its mount names the device file. */
    private static Optional<String> number(String source) {
        try {
            if (!(Files.getAttribute(Path.of(source), "unix:rdev") instanceof Number rdev)) {
                return Optional.empty();
            }
            long device = rdev.longValue();
            // The encoding of stat(2): 12 bits of major between the parts of minor.
            long minor = (device & 0xff) | ((device >> 12) & 0xfff00);
            return Optional.of("%d:%d".formatted((device >> 8) & 0xfff, minor));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static String whole(String device) {
        Path link = link(device);
        try {
            return Files.exists(link.resolve("partition"))
                    ? Files.readString(link.toRealPath().resolveSibling("dev")).strip()
                    : device;
        } catch (IOException e) {
            return device;
        }
    }

    private static Path link(String device) {
        return BLOCK_DEVICES.resolve(device);
    }
}
