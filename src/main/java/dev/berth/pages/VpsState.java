package dev.berth.pages;

import dev.berth.vps.Vps;
import dev.berth.vps.Vps.DesiredState;
import dev.berth.vps.Vps.ObservedState;

/**
 * Where a VPS stands, in a word or two: wish and fact together.
 *
 * @param tone ok, wait, bad or off
 * @param settled whether nothing is under way
 */
public record VpsState(String label, String tone, boolean settled) {
    static VpsState of(Vps vps) {
        if (vps.gone()) {
            return new VpsState("deleted", "off", true);
        }
        if (vps.desiredState() == DesiredState.DELETED) {
            return new VpsState("deleting", "wait", false);
        }
        if (vps.failure().isPresent()) {
            return new VpsState("needs attention", "bad", false);
        }
        return vps.suspended().isPresent() ? suspended(vps.observedState()) : wanted(vps);
    }

    private static VpsState suspended(ObservedState observed) {
        return observed == ObservedState.STOPPED
                ? new VpsState("suspended", "bad", true)
                : new VpsState("being suspended", "wait", false);
    }

    private static VpsState wanted(Vps vps) {
        boolean wanted = vps.desiredState() == DesiredState.RUNNING;
        return switch (vps.observedState()) {
            case CREATING -> new VpsState("being built", "wait", false);
            case RUNNING -> wanted ? new VpsState("running", "ok", true) : new VpsState("stopping", "wait", false);
            case STOPPED -> wanted ? new VpsState("starting", "wait", false) : new VpsState("stopped", "off", true);
            case DELETING -> new VpsState("deleting", "wait", false);
            case GONE -> new VpsState("deleted", "off", true);
            case QUARANTINED -> new VpsState("needs attention", "bad", false);
        };
    }

    public boolean running() {
        return label.equals("running");
    }

    public boolean stopped() {
        return label.equals("stopped");
    }
}
