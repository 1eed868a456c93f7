package dev.berth.testing;

import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

/** Contexts on nodes that live by chance, and what they truly did beside what was read of them. */
public final class MadeUpFleet {
    /** Bytes sent for each microsecond of CPU time. */
    public static final long SENT_PER_MICRO = 7;

    private static final int DAY = 86_400;
    private static final long MAX_CLOCK_ERROR = 40 * 60_000L;

    private final Random chance;
    private final List<Node> nodes;
    private final List<Context> contexts = new ArrayList<>();

    public MadeUpFleet(Random chance, List<UUID> nodes) {
        this.chance = chance;
        this.nodes = nodes.stream().map(Node::new).toList();
    }

    public List<Node> nodes() {
        return nodes;
    }

    public List<Context> contexts() {
        return List.copyOf(contexts);
    }

    /** A host with its journal, its clock and its boots. */
    public static final class Node {
        private final UUID id;
        private final Journal journal = new Journal();
        private long clockError;
        private String bootId = Journal.BOOT;
        private Instant booted = Instant.EPOCH;
        private long acked;

        Node(UUID id) {
            this.id = id;
        }

        public UUID id() {
            return id;
        }

        public Journal journal() {
            return journal;
        }

        /** Up to where it knows that its readings have arrived. */
        public long acked() {
            return acked;
        }

        public void acked(long seq) {
            acked = seq;
        }
    }

    /**
     * Who had a context on which plan.
     *
     * @param begun when it became the account's
     * @param plan 0 or 1
     */
    public record Had(UUID account, int plan, Instant begun, Instant from, Optional<Instant> to) {}

    /**
     * What was truly used when it was read.
     *
     * @param at by the node's clock, never before the one before
     * @param micros of CPU time since the beginning
     */
    public record Look(Instant at, long micros) {}

    /** A context: whose it was, and what it did. */
    public static final class Context {
        private final Node node;
        private final UUID vps;
        private final List<Had> had;
        private final List<Look> looks = new ArrayList<>();
        private long startNo;
        private long truth;
        /** What it had used when its counters last began anew. */
        private long base;

        Context(Node node, UUID vps, List<Had> had) {
            this.node = node;
            this.vps = vps;
            this.had = had;
        }

        public List<Had> had() {
            return had;
        }

        public List<Look> looks() {
            return List.copyOf(looks);
        }

        private void read(Kind kind, Instant now) {
            Instant shown = now.plusMillis(node.clockError);
            node.journal.add(new Reading(
                    kind,
                    vps.toString(),
                    1,
                    node.bootId,
                    startNo,
                    shown.toEpochMilli(),
                    (now.toEpochMilli() - node.booted.toEpochMilli()) * 1_000_000,
                    kind != Kind.CLOSE,
                    counters(truth - base),
                    Optional.empty()));
            boolean behind = !looks.isEmpty() && shown.isBefore(looks.getLast().at());
            looks.add(new Look(behind ? looks.getLast().at() : shown, truth));
        }

        private static Counters counters(long micros) {
            return new Counters(micros, 0, BigInteger.ZERO, BigInteger.ZERO, SENT_PER_MICRO * micros, 0, 0, 0, 0, 0, 0);
        }
    }

    /** A context that begins in the first days and is handed on and resized up to four times between two instants. */
    public List<Had> add(Node node, UUID vps, List<UUID> accounts, Instant from, Instant to) {
        List<Had> had = new ArrayList<>();
        long span = to.getEpochSecond() - from.getEpochSecond();
        List<Instant> cuts = new ArrayList<>(chance.ints(1 + chance.nextInt(4), 3 * DAY, (int) span)
                .distinct()
                .sorted()
                .mapToObj(from::plusSeconds)
                .toList());
        cuts.addFirst(from.plusSeconds(chance.nextInt(2 * DAY)));
        UUID account = accounts.get(chance.nextInt(accounts.size()));
        int plan = 0;
        Instant begun = cuts.getFirst();
        for (int i = 0; i < cuts.size(); i++) {
            Optional<Instant> end = i + 1 < cuts.size() ? Optional.of(cuts.get(i + 1)) : Optional.empty();
            had.add(new Had(account, plan, begun, cuts.get(i), end));
            plan = chance.nextInt(2);
            if (chance.nextBoolean() && end.isPresent()) {
                account = accounts.get((accounts.indexOf(account) + 1) % accounts.size());
                begun = end.get();
            }
        }
        contexts.add(new Context(node, vps, List.copyOf(had)));
        return List.copyOf(had);
    }

    /** Until a little after the end, so that everything that belongs to the time before has been read. */
    public void live(Instant from, Instant to) {
        Instant now = from;
        while (now.isBefore(to.plusMillis(3 * MAX_CLOCK_ERROR))) {
            now = now.plusMillis(1 + chance.nextInt(3 * 3_600_000));
            for (Node node : nodes) {
                host(node, now);
            }
            for (Context context : contexts) {
                if (!now.isBefore(context.had.getFirst().from())) {
                    step(context, now);
                }
            }
        }
        // the clocks are right again: a last look past the end by every clock
        nodes.forEach(node -> node.clockError = 0);
        for (Context context : contexts) {
            context.read(Kind.SAMPLE, now.plusMillis(MAX_CLOCK_ERROR));
        }
    }

    /** At times a clock is set, or a host crashes and its counters begin anew. */
    private void host(Node node, Instant now) {
        if (chance.nextInt(40) == 0) {
            node.clockError = chance.nextBoolean() ? 0 : chance.nextLong(-MAX_CLOCK_ERROR, MAX_CLOCK_ERROR);
        }
        if (chance.nextInt(120) == 0) {
            node.bootId = UUID.nameUUIDFromBytes(new byte[] {(byte) chance.nextInt(), (byte) chance.nextInt()})
                    .toString();
            node.booted = now.minusMillis(1);
            for (Context context : contexts) {
                if (context.node == node && context.startNo > 0) {
                    context.base = context.truth;
                    context.startNo = 1;
                    context.read(Kind.OPEN, now);
                }
            }
        }
    }

    private void step(Context context, Instant now) {
        if (context.startNo == 0) {
            context.startNo = 1;
            context.read(Kind.OPEN, now);
            return;
        }
        long before = context.truth;
        context.truth += chance.nextInt(4) == 0 ? 0 : chance.nextLong(40_000_000);
        switch (chance.nextInt(12)) {
            case 0 -> {
                context.read(Kind.CLOSE, now);
                context.startNo++;
                context.read(Kind.OPEN, now.plusMillis(1));
            }
            // nobody read it this time: what it used shows next time, or is lost with the host
            case 1, 2, 3 -> context.truth = before;
            default -> context.read(Kind.SAMPLE, now);
        }
    }

    /** For a failing test's message. */
    public String describe(UUID account) {
        return contexts.stream()
                .map(context -> context.vps + " "
                        + context.had.stream()
                                .filter(had -> had.account().equals(account))
                                .map(Had::toString)
                                .collect(Collectors.joining("\n  ", "\n  ", "")))
                .collect(Collectors.joining("\n"));
    }
}
