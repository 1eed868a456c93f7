package dev.berth.node.plan;

import static dev.berth.node.plan.Operation.Simple.ADOPT_METER;
import static dev.berth.node.plan.Operation.Simple.CLOSE_READING;
import static dev.berth.node.plan.Operation.Simple.ENSURE_CGROUP;
import static dev.berth.node.plan.Operation.Simple.ENSURE_FILES;
import static dev.berth.node.plan.Operation.Simple.ENSURE_MOUNTED;
import static dev.berth.node.plan.Operation.Simple.ENSURE_NETWORK;
import static dev.berth.node.plan.Operation.Simple.ENSURE_RESCUE;
import static dev.berth.node.plan.Operation.Simple.ENSURE_STORAGE;
import static dev.berth.node.plan.Operation.Simple.EXPORT_LAYER;
import static dev.berth.node.plan.Operation.Simple.FETCH_LAYER;
import static dev.berth.node.plan.Operation.Simple.FINAL_READING;
import static dev.berth.node.plan.Operation.Simple.FREEZE;
import static dev.berth.node.plan.Operation.Simple.LEAVE_METER;
import static dev.berth.node.plan.Operation.Simple.LIMIT_STORAGE;
import static dev.berth.node.plan.Operation.Simple.OPEN_READING;
import static dev.berth.node.plan.Operation.Simple.READ_AFTER;
import static dev.berth.node.plan.Operation.Simple.READ_BEFORE;
import static dev.berth.node.plan.Operation.Simple.RECEIVE_LAYER;
import static dev.berth.node.plan.Operation.Simple.REMOVE_CGROUP;
import static dev.berth.node.plan.Operation.Simple.REMOVE_NETWORK;
import static dev.berth.node.plan.Operation.Simple.REMOVE_RESCUE;
import static dev.berth.node.plan.Operation.Simple.REMOVE_STORAGE;
import static dev.berth.node.plan.Operation.Simple.REPLACE_LAYER;
import static dev.berth.node.plan.Operation.Simple.SEND_LAYER;
import static dev.berth.node.plan.Operation.Simple.START;
import static dev.berth.node.plan.Operation.Simple.STOP;
import static dev.berth.node.plan.Operation.Simple.THAW;
import static dev.berth.node.plan.Operation.Simple.UNMOUNT;
import static dev.berth.node.plan.Operation.Simple.VERIFY_GONE;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.Migration;
import dev.berth.contract.Migration.Role;
import dev.berth.contract.NetworkSpec;
import dev.berth.contract.StorageSpec;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.StoredLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Says what to do next. An empty plan means that the context is what it should be. Plans are made anew after every
 * interruption, so each one starts from what the host shows, not from what an earlier plan had in mind.
 */
public final class Planner {
    private final ContextSpec desired;
    private final ContextFacts facts;
    private final Progress progress;
    private final List<Operation> operations = new ArrayList<>();

    private Planner(ContextSpec desired, ContextFacts facts, Progress progress) {
        this.desired = desired;
        this.facts = facts;
        this.progress = progress;
    }

    public static List<Operation> plan(ContextSpec desired, ContextFacts facts, Progress progress) {
        Planner planner = new Planner(desired, facts, progress);
        switch (desired.desiredState()) {
            case RUNNING -> planner.unlessLeaving(planner::run);
            case STOPPED, SUSPENDED -> planner.unlessLeaving(planner::stop);
            case FROZEN -> planner.unlessLeaving(planner::freeze);
            case DELETED -> planner.delete();
        }
        return List.copyOf(planner.operations);
    }

    private void unlessLeaving(Runnable otherwise) {
        if (role(Role.SOURCE)) {
            leave();
        } else {
            otherwise.run();
        }
    }

    /** It is sealed when all of it has been done once; what started it in spite of that is ended. */
    private void leave() {
        if (!changed() && !facts.running()) {
            return;
        }
        if (facts.running()) {
            operations.add(STOP);
        }
        if (progress.metered()) {
            operations.add(LEAVE_METER);
        }
        operations.add(UNMOUNT);
        if (changed()) {
            operations.add(EXPORT_LAYER);
            operations.add(SEND_LAYER);
        }
    }

    /** From another node, or back from where it was to go. */
    private void arrive() {
        boolean coming = role(Role.TARGET);
        if (coming && facts.layer().isEmpty()) {
            operations.add(FETCH_LAYER);
            operations.add(RECEIVE_LAYER);
        }
        if ((coming || progress.left()) && !progress.metered()) {
            operations.add(ADOPT_METER);
        }
    }

    private boolean role(Role role) {
        return desired.migration().map(Migration::role).filter(role::equals).isPresent();
    }

    private void run() {
        readBefore();
        boolean start = !facts.running() || needsRestart() || !missing().isEmpty() || replaces();
        if (start) {
            end();
            arrive();
            changeRoot();
            copy();
            if (replacesLater()) {
                return;
            }
            build();
            operations.add(OPEN_READING);
            operations.add(START);
        } else {
            thaw();
            repair();
        }
        removeUnwanted();
        if (shrinks()) {
            operations.add(LIMIT_STORAGE);
        }
        if (changed() && !start) {
            operations.add(READ_AFTER);
        }
    }

    private void stop() {
        readBefore();
        end();
        arrive();
        if (facts.rescue().isPresent()) {
            changeRoot();
        }
        copy();
        removeUnwanted();
        if (changed() || !facts.storage()) {
            image();
            operations.add(ENSURE_STORAGE);
            if (shrinks()) {
                operations.add(LIMIT_STORAGE);
            }
            operations.add(READ_AFTER);
        }
    }

    /** What needs another start waits until it is let go; one that does not run is not started to be frozen. */
    private void freeze() {
        if (!facts.running()) {
            stop();
            return;
        }
        readBefore();
        if (!facts.frozen()) {
            operations.add(FREEZE);
        }
        repair();
        removeUnwanted();
        if (shrinks()) {
            operations.add(LIMIT_STORAGE);
        }
        if (changed()) {
            operations.add(READ_AFTER);
        }
    }

    private void thaw() {
        if (facts.frozen()) {
            operations.add(THAW);
        }
    }

    private void delete() {
        if (progress.gone() && facts.nothingLeft()) {
            return;
        }
        if (facts.running()) {
            operations.add(STOP);
        }
        if (progress.metered()) {
            operations.add(FINAL_READING);
        }
        // Each is asked for again although the facts may say that it is not there: half of it may be.
        if (!facts.nothingLeft()) {
            operations.addAll(List.of(UNMOUNT, REMOVE_NETWORK, REMOVE_CGROUP, REMOVE_STORAGE));
        }
        operations.add(VERIFY_GONE);
    }

    /** Ends a run, and the epoch of a run that ended by itself. */
    private void end() {
        if (facts.running()) {
            operations.add(STOP);
        }
        if (facts.running() || progress.readingOpen()) {
            operations.add(CLOSE_READING);
        }
    }

    /** What is mounted is not taken for what is wanted: it may be the own root or the rescue system. */
    private void changeRoot() {
        if (otherRoot()) {
            operations.add(UNMOUNT);
            facts.rescue().ifPresent(_ -> operations.add(REMOVE_RESCUE));
        }
    }

    private boolean otherRoot() {
        return !facts.rescue().equals(rescueImage());
    }

    private Optional<String> rescueImage() {
        return desired.boot().flatMap(Boot::rescueImage);
    }

    /** What copies or replaces the layer, of a context that does not run. */
    private void copy() {
        List<String> missing = missing();
        if ((!missing.isEmpty() || replaces()) && !operations.contains(UNMOUNT)) {
            operations.add(UNMOUNT);
        }
        missing.forEach(id -> operations.add(new Operation.TakeSnapshot(id)));
        if (replaces() && missing.isEmpty()) {
            operations.add(REPLACE_LAYER);
        }
    }

    private List<String> missing() {
        return facts.layer()
                .map(layer -> storage().snapshots().stream()
                        .filter(id -> !layer.settled(id))
                        .toList())
                .orElse(List.of());
    }

    /** A snapshot that the replacement waits for may fail: the next look decides, and nothing is started in between. */
    private boolean replacesLater() {
        return !missing().isEmpty()
                && facts.layer()
                        .filter(layer -> storage().layer() > layer.number())
                        .isPresent();
    }

    /** Never without the snapshot that was asked for before; a layer that is yet to be made begins as it should. */
    private boolean replaces() {
        StorageSpec wanted = storage();
        return facts.layer()
                .map(layer -> wanted.layer() > layer.number()
                        && wanted.layerAfter().map(layer.snapshots()::contains).orElse(true))
                .orElse(false);
    }

    /** Last, because one of them may have been what the layer was replaced from. */
    private void removeUnwanted() {
        desired.storage()
                .ifPresent(wanted -> facts.layer().map(StoredLayer::all).orElse(List.of()).stream()
                        .filter(id -> !wanted.snapshots().contains(id))
                        .forEach(id -> operations.add(new Operation.RemoveSnapshot(id))));
    }

    private StorageSpec storage() {
        return desired.storage().orElse(StorageSpec.NONE);
    }

    /** Everything, whatever the facts say: before a start nothing may be half done, and a repeat costs little. */
    private void build() {
        image();
        rescueImage()
                .filter(_ -> !progress.rescueImagePresent())
                .ifPresent(digest -> operations.add(new Operation.FetchImage(digest)));
        operations.add(ENSURE_STORAGE);
        rescueImage().ifPresent(_ -> operations.add(ENSURE_RESCUE));
        operations.addAll(List.of(ENSURE_MOUNTED, ENSURE_FILES, ENSURE_CGROUP, ENSURE_NETWORK));
    }

    /** What a running context needs: what is missing, and what its new spec changes. With its storage its addresses are metered. */
    private void repair() {
        boolean limits = !facts.cgroup() || differs(ContextSpec::limits);
        if (limits || differs(ContextSpec::addresses)) {
            operations.add(ENSURE_STORAGE);
        }
        if (limits) {
            operations.add(ENSURE_CGROUP);
        }
        if (differs(ContextSpec::hostname)
                || differs(ContextSpec::sshKeys)
                || differs(ContextSpec::life)
                || differs(ContextSpec::addresses)
                || differs(spec -> spec.network().flatMap(NetworkSpec::resolver))) {
            operations.add(ENSURE_FILES);
        }
        if (!facts.network() || differs(ContextSpec::network) || differs(ContextSpec::addresses)) {
            operations.add(ENSURE_NETWORK);
        }
    }

    private void image() {
        if (!progress.imagePresent()) {
            operations.add(new Operation.FetchImage(desired.imageDigest()));
        }
    }

    private void readBefore() {
        if (changed() && progress.metered() && progress.appliedSpec().isPresent()) {
            operations.add(READ_BEFORE);
        }
    }

    /** A context has a link or has none from its start on, and features are given to a mount namespace: others need a new one. */
    private boolean needsRestart() {
        return otherRoot()
                || desired.restarts() > progress.restartsDone()
                || progress.startedAddresses().isEmpty() != desired.addresses().isEmpty()
                || progress.appliedSpec()
                        .filter(applied -> !features(applied).equals(features(desired)))
                        .isPresent();
    }

    private static Set<Boot.Feature> features(ContextSpec spec) {
        return Set.copyOf(spec.boot().orElse(Boot.ORDINARY).features());
    }

    private boolean changed() {
        return desired.generation() != progress.appliedGeneration();
    }

    private boolean shrinks() {
        return progress.appliedSpec()
                .map(ContextSpec::limits)
                .filter(applied -> desired.limits().diskBytes() < applied.diskBytes()
                        || inodes(desired.limits()) < inodes(applied))
                .isPresent();
    }

    private static long inodes(ContextSpec.Limits limits) {
        return limits.diskInodes().orElse(Long.MAX_VALUE);
    }

    private boolean differs(Function<ContextSpec, Object> part) {
        return progress.appliedSpec()
                .map(applied -> !Objects.equals(part.apply(applied), part.apply(desired)))
                .orElse(true);
    }
}
