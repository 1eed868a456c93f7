package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The host's packet rules for contexts: anti-spoofing and byte counters, in one table of Berth's own. */
final class Nftables {
    private final String table;
    private final NftBatch batch;
    private final NftCounters counters;

    /** Rules as the kernel showed them right after they were written. */
    private final Map<String, String> written = new ConcurrentHashMap<>();

    private final Programs programs;

    /** Lists and changes of different contexts would otherwise interleave between reading and writing. */
    private final ReentrantLock lock = new ReentrantLock();

    Nftables(String table, NftBatch batch, Programs programs) {
        this.table = table;
        this.batch = batch;
        this.counters = new NftCounters(table);
        this.programs = programs;
    }

    void prepare() {
        apply(batch.prepare());
    }

    void removeTable() {
        apply(batch.removeTable());
    }

    NftState state() {
        Programs.Result result = programs.run(Programs.Command.of("nft", "-j", "list", "table", "inet", table));
        if (result.succeeded()) {
            NftState state = NftState.parse(result.output());
            // the first look after the table was written
            batch.shared()
                    .forEach(chain -> written.putIfAbsent(chain, state.rules().getOrDefault(chain, "")));
            return state;
        }
        if (result.errors().contains("No such file or directory")) {
            return NftState.parse("{}");
        }
        throw new HostException("nft list ended with %d: %s"
                .formatted(result.exitCode(), result.errors().strip()));
    }

    Optional<Long> sentBytes(String contextId) {
        return counters.bytes(Names.sentCounter(contextId));
    }

    Optional<Long> receivedBytes(String contextId) {
        return counters.bytes(Names.receivedCounter(contextId));
    }

    /** To be asked before {@link #sentBytes}: then a part is never more than the whole. */
    Optional<Long> localSentBytes(String contextId) {
        return counters.bytes(Names.localSentCounter(contextId));
    }

    /** To be asked before {@link #receivedBytes}. */
    Optional<Long> localReceivedBytes(String contextId) {
        return counters.bytes(Names.localReceivedCounter(contextId));
    }

    /** What came from any context and was let through, whether it has a counter of its own or not. */
    Optional<Long> allSentBytes() {
        return counters.bytes(NftBatch.ALL_SENT);
    }

    Optional<Long> allReceivedBytes() {
        return counters.bytes(NftBatch.ALL_RECEIVED);
    }

    void ensure(Connection wanted) {
        lock.lock();
        try {
            String contextId = wanted.contextId();
            // Counters come and go in one transaction with the rest: without one there is nothing to list.
            NftState.Link found = sentBytes(contextId).isPresent() ? state().link(contextId) : NftState.Link.NOTHING;
            Set<String> addresses = new TreeSet<>(
                    wanted.addresses().stream().map(NftState::canonical).toList());
            if (!found.complete(addresses) || found.ruled() || wanted.ruled()) {
                apply(batch.ensure(wanted, found));
                note(wanted);
            }
        } finally {
            lock.unlock();
        }
    }

    private void note(Connection wanted) {
        List<String> chains = List.of(Names.inChain(wanted.contextId()), Names.outChain(wanted.contextId()));
        chains.forEach(written::remove);
        if (wanted.firewall().isPresent()) {
            Map<String, String> rules = state().rules();
            chains.forEach(chain -> written.put(chain, rules.getOrDefault(chain, "")));
        }
    }

    /** What all contexts share is as it was written; where it is not, it is written again. */
    List<String> repairShared(NftState state) {
        List<String> changed = batch.shared().stream()
                .filter(chain -> !state.rules().getOrDefault(chain, "").equals(written.get(chain)))
                .map("the rules in %s were not those that were written"::formatted)
                .toList();
        if (!changed.isEmpty()) {
            lock.lock();
            try {
                apply(batch.prepare());
            } finally {
                lock.unlock();
            }
        }
        return changed;
    }

    NftCheck check(Connection wanted, NftState state) {
        return new NftCheck(wanted, state, written);
    }

    void remove(String contextId) {
        written.remove(Names.inChain(contextId));
        written.remove(Names.outChain(contextId));
        lock.lock();
        try {
            String text = batch.remove(contextId, state().link(contextId));
            if (!text.isEmpty()) {
                apply(text);
            }
        } finally {
            lock.unlock();
        }
    }

    private void apply(String text) {
        programs.check(Programs.Command.of("nft", "-f", "-").input(text));
    }
}
