package dev.berth.pages;

import dev.berth.fleet.Node;
import java.time.Instant;

/**
 * A node as staff see it.
 *
 * @param heartbeat how long ago it was heard
 */
public record NodeRow(Node node, boolean heard, String heartbeat) {
    static NodeRow of(Node node, Instant now) {
        return new NodeRow(
                node,
                node.heardSince(now),
                node.lastSeenAt().map(at -> Show.ago(at, now)).orElse("never"));
    }

    /** What may be promised of its CPU. */
    public long sellableCpuMilli() {
        return node.capacity().cpuMilli() * node.cpuOvercommitPercent() / 100;
    }

    public String tone() {
        if (node.state() == Node.State.RETIRED) {
            return "off";
        }
        return !heard ? "bad" : node.state() == Node.State.ACTIVE ? "ok" : "off";
    }

    public String label() {
        return heard || node.state() == Node.State.RETIRED ? Show.words(node.state()) : "silent";
    }

    /** Whether somebody must look at it. */
    public boolean missing() {
        return !heard && node.state() != Node.State.RETIRED;
    }

    /** How many changes it has not stored yet. */
    public long behind() {
        return Math.max(0, node.desiredRevision() - node.observedRevision());
    }
}
