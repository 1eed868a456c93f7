package dev.berth.node.plan;

/**
 * Which operations may run beside each other: neighbours in a plan that are in different lanes do, those of one lane keep
 * their order. ALONE waits for all before it and is waited for by all after it.
 */
public enum Lane {
    ALONE,
    FILES,
    CGROUP,
    NETWORK
}
