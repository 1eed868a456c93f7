package dev.berth.node.apply;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Patterns;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.Host;
import dev.berth.node.host.StoredLayer;
import dev.berth.node.store.ContextRow;
import dev.berth.node.store.ContextStore;
import dev.berth.node.store.ImageNoteStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Looks over all contexts at once: at the start, and from time to time for what changed by itself. */
public final class Fleet {
    private final Host host;
    private final ContextStore contexts;
    private final Reconciler reconciler;
    private final Dispatcher dispatcher;
    private final StatusBoard board;
    private final ImageNoteStore images;

    /** @param reconciler whose judgement it goes by; the work itself is the dispatcher's */
    public Fleet(
            Host host,
            ContextStore contexts,
            Reconciler reconciler,
            Dispatcher dispatcher,
            StatusBoard board,
            ImageNoteStore images) {
        this.host = host;
        this.contexts = contexts;
        this.reconciler = reconciler;
        this.dispatcher = dispatcher;
        this.board = board;
        this.images = images;
    }

    /**
     * The first look: every context of the store is reported as it is; a worker is woken where something is to be done, in the order
     * of their priorities.
     */
    public void start() {
        CompletableFuture<List<ContextRow>> read = CompletableFuture.supplyAsync(contexts::all);
        Map<String, ContextFacts> facts = inventory();
        List<ContextRow> rows = read.join();
        rows.parallelStream()
                .filter(row -> !begun(row, facts.getOrDefault(row.contextId(), ContextFacts.none(row.contextId()))))
                .sorted(Comparator.comparingLong(Fleet::priority).reversed())
                .toList()
                .forEach(row -> dispatcher.wake(row.contextId()));
        quarantine(rows, facts);
    }

    private static long priority(ContextRow row) {
        return row.spec().boot().orElse(Boot.ORDINARY).priority();
    }

    /** @return whether nothing is to be done */
    private boolean begun(ContextRow row, ContextFacts facts) {
        if (row.gone()) {
            if (row.known()) {
                reconciler.report(row, ContextFacts.none(row.contextId()));
            }
            return true;
        }
        boolean takenOver = reconciler.takeOver(row, facts);
        if (!takenOver) {
            reconciler.report(row, facts);
        }
        return takenOver;
    }

    /**
     * Who needs which image.
     *
     * @param users contexts that rest on it or will, and snapshots taken over it; by digest
     * @param complete false while something is here of which nobody knows what it rests on
     */
    public record ImageUse(Map<String, List<String>> users, boolean complete) {
        public ImageUse {
            users = Map.copyOf(users);
        }
    }

    /** Images that contexts or snapshots rest on or will; empty while something is here whose image is not known. */
    public Optional<Set<String>> imagesInUse() {
        ImageUse use = imageUse();
        return use.complete() ? Optional.of(use.users().keySet()) : Optional.empty();
    }

    /** Goes by what is on the host: a snapshot counts until it is wholly removed. */
    public ImageUse imageUse() {
        Map<String, List<String>> users = new TreeMap<>();
        Set<String> known = new HashSet<>();
        for (ContextRow row : contexts.all()) {
            known.add(row.contextId());
            if (!row.gone()) {
                Set<String> digests = new TreeSet<>(images(row.spec()));
                row.appliedSpec().ifPresent(applied -> digests.addAll(images(applied)));
                digests.forEach(digest -> use(users, digest, row.contextId()));
            }
        }
        Map<String, ContextFacts> facts = inventory();
        // After the look: a snapshot is noted before it is there.
        Map<String, String> noted = images.imagesOfSnapshots();
        boolean complete = known.containsAll(facts.keySet());
        for (ContextFacts each : facts.values()) {
            for (String snapshot : each.layer().map(StoredLayer::snapshots).orElse(List.of())) {
                Optional<String> digest = Optional.ofNullable(noted.get(snapshot));
                digest.ifPresent(found -> use(users, found, "snapshot %s of %s".formatted(snapshot, each.contextId())));
                complete &= digest.isPresent();
            }
        }
        return new ImageUse(users, complete);
    }

    private static void use(Map<String, List<String>> users, String digest, String user) {
        users.computeIfAbsent(digest, _ -> new ArrayList<>()).add(user);
    }

    private static List<String> images(ContextSpec spec) {
        return Stream.concat(Stream.of(spec.imageDigest()), spec.boot().flatMap(Boot::rescueImage).stream())
                .toList();
    }

    /** A later look: workers are woken only where something is to be done. */
    public void sweep() {
        Map<String, ContextFacts> facts = inventory();
        Set<String> silent = new HashSet<>();
        List<ContextRow> rows = contexts.all();
        for (ContextRow row : rows) {
            if (row.gone() && facts.containsKey(row.contextId())) {
                dispatcher.wake(row.contextId());
            } else if (row.gone() && !row.known()) {
                silent.add(row.contextId());
            } else if (!row.gone() && !dispatcher.busy(row.contextId())) {
                look(row, facts.getOrDefault(row.contextId(), ContextFacts.none(row.contextId())));
            }
        }
        board.remove(silent);
        quarantine(rows, facts);
    }

    private void look(ContextRow row, ContextFacts facts) {
        boolean lost = board.find(row.contextId())
                .map(status -> row.known() == (status.state() == State.QUARANTINED))
                .orElse(true);
        // A failure waits for its own retry; it is not woken earlier by every look.
        if (lost || (row.failure().isEmpty() && reconciler.needsWork(row, facts))) {
            dispatcher.wake(row.contextId());
        }
    }

    /** Never act on absence: what the portal never spoke of is reported and kept as it is. */
    private void quarantine(List<ContextRow> rows, Map<String, ContextFacts> facts) {
        Set<String> known = new HashSet<>();
        rows.forEach(row -> known.add(row.contextId()));
        for (String id : facts.keySet()) {
            if (!known.contains(id) && Patterns.UUID.matcher(id).matches()) {
                board.put(new ContextStatus(
                        id, 0, State.QUARANTINED, 0, Optional.empty(), List.of(), List.of(), Optional.empty()));
            }
        }
        Set<String> vanished = new HashSet<>();
        for (ContextStatus status : board.all()) {
            if (!known.contains(status.contextId()) && !facts.containsKey(status.contextId())) {
                vanished.add(status.contextId());
            }
        }
        board.remove(vanished);
    }

    private Map<String, ContextFacts> inventory() {
        Map<String, ContextFacts> facts = new HashMap<>();
        host.inventory().forEach(each -> facts.put(each.contextId(), each));
        return facts;
    }
}
