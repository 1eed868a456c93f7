package dev.berth.node.kernel;

/** The error numbers we act on, the same on x86-64 and aarch64 ({@code asm-generic/errno*.h}). */
final class Errno {
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int ELOOP = 40;

    private Errno() {}

    static String text(int errno) {
        return switch (errno) {
            case 1 -> "EPERM (not permitted)";
            case ENOENT -> "ENOENT (no such file)";
            case ESRCH -> "ESRCH (no such process)";
            case EINTR -> "EINTR (interrupted)";
            case EAGAIN -> "EAGAIN (try again)";
            case 13 -> "EACCES (permission denied)";
            case EBUSY -> "EBUSY (busy)";
            case EEXIST -> "EEXIST (exists)";
            case 18 -> "EXDEV (crosses a mount)";
            case 20 -> "ENOTDIR (not a directory)";
            case 21 -> "EISDIR (is a directory)";
            case EINVAL -> "EINVAL (invalid argument)";
            case ENOTTY -> "ENOTTY (not offered by this filesystem)";
            case 28 -> "ENOSPC (no space left)";
            case 30 -> "EROFS (read-only filesystem)";
            case ELOOP -> "ELOOP (symbolic links)";
            case 122 -> "EDQUOT (over quota)";
            default -> "errno " + errno;
        };
    }
}
