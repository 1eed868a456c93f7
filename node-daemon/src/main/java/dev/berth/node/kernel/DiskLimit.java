package dev.berth.node.kernel;

import java.util.Optional;

/**
 * What a directory may take up.
 *
 * @param inodes files and directories; empty when they are not limited
 */
record DiskLimit(long bytes, Optional<Long> inodes) {
    DiskLimit {
        if (bytes <= 0 || inodes.filter(n -> n <= 0).isPresent()) {
            throw new IllegalArgumentException("disk limit of %d bytes and %s inodes".formatted(bytes, inodes));
        }
    }

    /**
     * What of this limit can be set now: a limit grows at once, and shrinks only to where what is in use still fits. (Below
     * that the kernel would refuse every write, the one of a customer who wants to tidy up included.)
     */
    DiskLimit settable(DiskLimit current, DiskUse used) {
        boolean enoughBytes = bytes >= current.bytes || bytes >= used.bytes();
        boolean enoughInodes = files() >= current.files() || files() >= used.inodes();
        return new DiskLimit(enoughBytes ? bytes : current.bytes, enoughInodes ? inodes : current.inodes);
    }

    boolean shrinks(DiskLimit current) {
        return bytes < current.bytes || files() < current.files();
    }

    private long files() {
        return inodes.orElse(Long.MAX_VALUE);
    }

    /** In words for whoever wanted it, when something of this limit could not be set. */
    Optional<String> refusal(DiskLimit current, DiskUse used) {
        DiskLimit settable = settable(current, used);
        if (settable.bytes != bytes) {
            return Optional.of("the disk cannot shrink to %d bytes (%d MiB): %d bytes (%d MiB) are in use"
                    .formatted(bytes, bytes >> 20, used.bytes(), used.bytes() >> 20));
        }
        if (!settable.inodes.equals(inodes)) {
            return Optional.of(
                    "the disk cannot shrink to %d files: there are %d".formatted(inodes.orElseThrow(), used.inodes()));
        }
        return Optional.empty();
    }
}
