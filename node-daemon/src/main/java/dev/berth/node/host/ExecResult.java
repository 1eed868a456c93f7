package dev.berth.node.host;

/** @param truncated whether output was cut off */
public record ExecResult(int exitCode, String output, boolean truncated) {}
