package dev.berth.node.meter;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Departure;
import dev.berth.contract.Observed.Sample;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.node.cpu.Governor;
import dev.berth.node.cpu.Moment;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.host.KernelCounters;
import dev.berth.node.json.Json;
import dev.berth.node.store.Database;
import dev.berth.node.store.Journal;
import dev.berth.node.store.MeterStore;
import dev.berth.node.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The meters of all contexts. A reading and the meter it was taken from are stored in one transaction, so that nothing is
 * counted twice however the daemon ends.
 */
public final class Meters {
    private static final Logger LOG = Logger.getLogger(Meters.class);
    private static final long MILLIS_OF_SECOND = 1_000;
    private static final int NOTED_AT_ONCE = 100;

    /** Where readings go. */
    public record Books(Database database, MeterStore store, Journal journal) {}

    private final Host host;
    private final Clock clock;
    private final Books books;
    private final Governor governor;
    private final Runnable appended;
    private final String bootId;
    private final Map<String, Meter> meters = new ConcurrentHashMap<>();

    /** @param appended called after each new record of the journal */
    public Meters(Host host, Clock clock, Books books, Governor governor, Runnable appended) {
        this.host = host;
        this.clock = clock;
        this.books = books;
        this.governor = governor;
        this.appended = appended;
        this.bootId = host.facts().bootId();
        books.store()
                .all()
                .forEach((id, text) -> meters.put(id, new Meter(id, Json.read(text, MeterState.class), false)));
    }

    public boolean metered(String contextId) {
        return meters.containsKey(contextId);
    }

    /** Whether a CLOSE is due for a context. */
    public boolean isOpen(String contextId) {
        Meter meter = meters.get(contextId);
        if (meter == null) {
            return false;
        }
        synchronized (meter) {
            return meter.state().epoch().open();
        }
    }

    /** Begins to measure when a context's storage has been made; later it takes over the number of addresses. */
    public void begin(ContextSpec spec) {
        String id = spec.contextId();
        meters.computeIfAbsent(id, key -> new Meter(key, MeterState.created(snapshot(key), scarce(spec)), true));
        with(id, meter -> {
            advance(meter);
            meter.state(meter.state().withAddresses(scarce(spec)));
            note(meter);
        });
    }

    /** Addresses that are metered: those of IPv4. Of IPv6 there are enough for nobody to pay for one. */
    private static int scarce(ContextSpec spec) {
        return (int) spec.addresses().stream()
                .filter(address -> address.indexOf(':') < 0)
                .count();
    }

    /**
     * Takes note of what the host shows of a context. On the first time after the daemon began, this decides what of the
     * time it was away is counted, and writes the records that are due.
     *
     * @param generation of the spec in force
     * @param intervalSeconds between aligned readings
     */
    public void observe(ContextFacts facts, long generation, long intervalSeconds) {
        with(facts.contextId(), meter -> {
            meter.generation(generation);
            if (!meter.resumed()) {
                resume(meter, facts, intervalSeconds * MILLIS_OF_SECOND);
            }
            meter.state(meter.state().withRunning(facts.running()));
        });
    }

    /** What a context's snapshots take up from now on; said before they become fewer and after they became more. */
    public void keeps(String contextId, long snapshotBytes) {
        with(contextId, meter -> {
            if (meter.resumed() && meter.state().snapshotBytes() != snapshotBytes) {
                advance(meter);
                meter.state(meter.state().withSnapshots(snapshotBytes));
                note(meter);
            }
        });
    }

    /** Opens an epoch and counts the start, durably and before it happens. */
    public void open(ContextSpec spec) {
        with(spec.contextId(), meter -> {
            meter.generation(spec.generation());
            Snapshot now = advance(meter);
            meter.state(meter.state().withRunning(false).opened());
            long startNo = meter.state().epoch().startNo();
            write(meter, record(meter, Kind.OPEN, now), sql -> books.store().started(sql, spec, startNo));
        });
    }

    /** The context runs from now on. */
    public void started(String contextId) {
        with(contextId, meter -> {
            advance(meter);
            meter.state(meter.state().withRunning(true));
            note(meter);
        });
    }

    /** Counts up to now; called right before a stop. */
    public void stopping(String contextId) {
        with(contextId, meter -> {
            advance(meter);
            note(meter);
        });
    }

    /** Closes the epoch after a stop, before anything is torn down. */
    public void close(String contextId) {
        with(contextId, meter -> {
            if (meter.state().epoch().open()) {
                close(meter, advance(meter));
            }
        });
    }

    /** A reading of what was, under the spec that is still in force. */
    public void readBefore(String contextId) {
        with(contextId, this::sample);
    }

    /** A reading within an epoch, or between two. */
    public void read(String contextId, long generation) {
        with(contextId, meter -> {
            meter.generation(generation);
            sample(meter);
        });
    }

    /**
     * The last reading of a context. Its meter ends with it, in the same transaction.
     *
     * @param generation of the tombstone, by which the reading is known as the last one
     */
    public void end(String contextId, long generation) {
        with(contextId, meter -> {
            meter.generation(generation);
            Snapshot now = advance(meter);
            meter.state(meter.state().withRunning(false));
            Reading last = record(meter, Kind.CLOSE, now);
            books.database().durablyDo(sql -> {
                books.journal().append(sql, last);
                books.store().remove(sql, contextId);
            });
            meter.end();
            meters.remove(contextId);
            appended.run();
        });
    }

    /**
     * The last reading before a context leaves for another node. Its meter ends with it, and what it takes along is kept, in the
     * same transaction.
     */
    public void leave(String contextId, long generation, Optional<Departure.Bank> bank) {
        with(contextId, meter -> {
            meter.generation(generation);
            Snapshot now = advance(meter);
            meter.state(meter.state().withRunning(false));
            Reading last = record(meter, Kind.CLOSE, now);
            Departure.Carried carried = new Departure.Carried(last.counters(), last.startNo(), bank);
            books.database().durablyDo(sql -> {
                books.journal().append(sql, last);
                books.store().remove(sql, contextId);
                books.store().carry(sql, contextId, carried);
            });
            meter.end();
            meters.remove(contextId);
            appended.run();
        });
    }

    /** Goes on with the counters a context came with. Its first reading says CHECKPOINT: nothing is subtracted from it. */
    public void arrive(ContextSpec spec, Departure.Carried carried) {
        String id = spec.contextId();
        Snapshot now = snapshot(id);
        meters.computeIfAbsent(id, key -> new Meter(key, MeterState.arrived(now, scarce(spec), carried), true));
        with(id, meter -> {
            meter.generation(spec.generation());
            Reading first = record(meter, Kind.CHECKPOINT, now);
            write(meter, first, sql -> books.store().forgetCarried(sql, id));
        });
    }

    /** What a context took along, or came with, as long as it is not measured here. */
    public Optional<Departure.Carried> carried(String contextId) {
        return books.store().carried(contextId);
    }

    public void carry(String contextId, Departure.Carried carried) {
        books.database().durablyDo(sql -> books.store().carry(sql, contextId, carried));
    }

    /** A reading of every context, at a time that is a multiple of the interval. */
    public void readAll() {
        meters.values()
                .forEach(each -> with(each.contextId, meter -> {
                    if (meter.resumed()) {
                        sample(meter);
                    }
                }));
        readHost();
    }

    /** After all contexts, so that a sum of theirs is never above what was counted of all by more than what came meanwhile. */
    private void readHost() {
        host.totals().ifPresent(totals -> {
            Reading reading = HostReading.of(totals, bootId, clock);
            books.database().durablyDo(sql -> books.journal().append(sql, reading));
            appended.run();
        });
    }

    /**
     * Looks at every meter, so that integrals grow in small steps, and writes them down, many in one transaction.
     *
     * @return contexts that should run and have no process any more
     */
    public List<String> tick() {
        List<String> empty = new ArrayList<>();
        List<Look> looks = new ArrayList<>();
        meters.values()
                .forEach(each -> with(each.contextId, meter -> {
                    if (meter.resumed()) {
                        advance(meter);
                        looks.add(new Look(meter, meter.state()));
                        if (meter.state().running() && meter.state().raw().processes() == 0) {
                            empty.add(meter.contextId);
                        }
                    }
                }));
        for (int from = 0; from < looks.size(); from += NOTED_AT_ONCE) {
            noteAll(looks.subList(from, Math.min(looks.size(), from + NOTED_AT_ONCE)));
        }
        return empty;
    }

    /** What a meter was at its look. */
    private record Look(Meter meter, MeterState state) {}

    /**
     * Without the meters' monitors, which others hold while they wait for the database. Whoever changes a meter sets its state
     * before it writes, so one that moved on is left to them: what they write comes after this, or is seen here.
     */
    private void noteAll(List<Look> looks) {
        books.database().note(sql -> {
            for (Look look : looks) {
                if (look.meter().state().equals(look.state())) {
                    books.store().save(sql, look.meter().contextId, Json.text(look.state()));
                }
            }
        });
    }

    /** What a running context uses, as of the last look; empty when it does not run. */
    public Optional<Sample> sample(String contextId) {
        Meter meter = meters.get(contextId);
        if (meter == null) {
            return Optional.empty();
        }
        synchronized (meter) {
            return meter.state().running() ? Optional.of(sampleOf(meter)) : Optional.empty();
        }
    }

    /** Bytes sent and received since it was made here, as of the last look; empty where it is not metered. */
    public OptionalLong trafficBytes(String contextId) {
        Meter meter = meters.get(contextId);
        if (meter == null) {
            return OptionalLong.empty();
        }
        synchronized (meter) {
            Counters counters = meter.state().counters(0);
            return OptionalLong.of(counters.netTxBytes() + counters.netRxBytes());
        }
    }

    /** Whether it ran at the last look. */
    public boolean runs(String contextId) {
        Meter meter = meters.get(contextId);
        if (meter == null) {
            return false;
        }
        synchronized (meter) {
            return meter.state().running();
        }
    }

    private Sample sampleOf(Meter meter) {
        MeterState state = meter.state();
        Counters c = state.counters(tokens(meter));
        return new Sample(
                state.utcMillis(),
                c.cpuUsec(),
                c.cpuThrottledUsec(),
                c.cpuTokens(),
                state.raw().memoryBytes(),
                state.raw().diskBytes(),
                state.raw().processes(),
                c.netTxBytes(),
                c.netRxBytes(),
                c.ioReadBytes(),
                c.ioWriteBytes());
    }

    private void resume(Meter meter, ContextFacts facts, long intervalMillis) {
        Snapshot now = snapshot(meter.contextId);
        long last = meter.state().readingUtcMillis();
        boolean missed = last > 0 && now.utcMillis() / intervalMillis > last / intervalMillis;
        if (missed && now.utcMillis() - last > intervalMillis) {
            String reason = "berthd was away; the reading before is %d s old"
                    .formatted((now.utcMillis() - last) / MILLIS_OF_SECOND);
            write(meter, meter.reading(Kind.GAP, now, bank(meter, now), Optional.of(reason)));
        }
        meter.resume(now, facts.running() ? facts.initStartNanos() : 0, intervalMillis);
        if (meter.state().epoch().open() && !meter.state().epoch().bootId().equals(bootId)) {
            close(meter, now);
        } else if (missed) {
            write(meter, record(meter, Kind.SAMPLE, now));
        }
    }

    private void sample(Meter meter) {
        Snapshot now = advance(meter);
        write(meter, record(meter, Kind.SAMPLE, now));
    }

    private void close(Meter meter, Snapshot now) {
        meter.state(meter.state().withRunning(false));
        Reading reading = record(meter, Kind.CLOSE, now);
        meter.state(meter.state().closed());
        write(meter, reading);
    }

    private void with(String contextId, Consumer<Meter> work) {
        Meter meter = meters.get(contextId);
        if (meter == null) {
            return;
        }
        synchronized (meter) {
            if (!meter.ended()) {
                work.accept(meter);
            }
        }
    }

    private Snapshot advance(Meter meter) {
        Snapshot now = snapshot(meter.contextId);
        meter.state(meter.state().advanced(now));
        return now;
    }

    private Reading record(Meter meter, Kind kind, Snapshot now) {
        return meter.reading(kind, now, bank(meter, now), Optional.empty());
    }

    private void write(Meter meter, Reading reading) {
        write(meter, reading, sql -> {});
    }

    private void write(Meter meter, Reading reading, Database.Task also) {
        meter.state(meter.state().read(reading.utcMillis()));
        String text = Json.text(meter.state());
        books.database().durablyDo(sql -> {
            books.journal().append(sql, reading);
            books.store().save(sql, meter.contextId, text);
            also.in(sql);
        });
        appended.run();
    }

    private void note(Meter meter) {
        String text = Json.text(meter.state());
        books.database().note(sql -> books.store().save(sql, meter.contextId, text));
    }

    private CpuBank bank(Meter meter, Snapshot now) {
        Moment moment = new Moment(now.utcMillis(), now.monotonicNanos());
        return new CpuBank(tokens(meter), governor.drawn(meter.contextId, moment));
    }

    private long tokens(Meter meter) {
        return governor.tokens(meter.contextId).orElse(0L);
    }

    private Snapshot snapshot(String contextId) {
        return new Snapshot(bootId, clock.monotonicNanos(), Math.max(1, clock.utcMillis()), counters(contextId));
    }

    private Optional<KernelCounters> counters(String contextId) {
        try {
            return host.counters(contextId);
        } catch (HostException e) {
            LOG.warnf("counters of %s cannot be read, nothing is counted for now: %s", contextId, e.getMessage());
            return Optional.empty();
        }
    }
}
