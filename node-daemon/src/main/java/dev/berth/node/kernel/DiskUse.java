package dev.berth.node.kernel;

/**
 * What a directory takes up.
 *
 * @param inodes files and directories; 0 where the driver does not count them
 */
record DiskUse(long bytes, long inodes) {}
