package dev.berth.node.daemon;

import dev.berth.node.agent.Agent;
import dev.berth.node.agent.IdentityStore;
import dev.berth.node.agent.Signal;
import dev.berth.node.apply.Dispatcher;
import dev.berth.node.apply.Fleet;
import dev.berth.node.apply.NetworkWatch;
import dev.berth.node.apply.Reconciler;
import dev.berth.node.apply.StatusBoard;
import dev.berth.node.apply.VolumeWatch;
import dev.berth.node.console.Consoles;
import dev.berth.node.cpu.Governor;
import dev.berth.node.cpu.Moment;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.image.HeldImages;
import dev.berth.node.image.ImageStore;
import dev.berth.node.image.ImageTrust;
import dev.berth.node.image.Prefetch;
import dev.berth.node.local.LocalServer;
import dev.berth.node.local.Responder;
import dev.berth.node.meter.Meters;
import dev.berth.node.move.Moves;
import dev.berth.node.store.BankStore;
import dev.berth.node.store.ContextStore;
import dev.berth.node.store.Database;
import dev.berth.node.store.DesiredStore;
import dev.berth.node.store.ImageNoteStore;
import dev.berth.node.store.Journal;
import dev.berth.node.store.MeterStore;
import dev.berth.node.store.StepStore;
import dev.berth.node.store.VolumeStore;
import dev.berth.node.time.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The daemon as a whole. It may be ended at any moment in any way: contexts go on, and the next one over the same data
 * directory takes over.
 */
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Daemon.class);
    private static final int CONCURRENT_CONTEXTS = 8;
    private static final long MILLIS_OF_SECOND = 1_000;

    /** Each is noted durably. */
    private static final long LOOKS_PER_READING = 4;

    private static final Beat.Pace METER = new Beat.Pace(5_000, 60_000);
    private static final Beat.Pace SWEEP = new Beat.Pace(10_000, 300_000);
    private static final Beat.Pace NETWORK = new Beat.Pace(30_000, 300_000);
    private static final long LONG_POLL_SECONDS = 30;

    /** What the daemon is and runs on. */
    public record Environment(Host host, Clock clock, String version, Supplier<String> metricsText) {}

    private final Environment environment;
    private final Database database;
    private final Governor governor;
    private final Meters meters;
    private final Agent agent;
    private final Reconciler reconciler;
    private final Dispatcher dispatcher;
    private final Fleet fleet;
    private final Prefetch prefetch;
    private final NetworkWatch network;
    private final DesiredStore desired;
    private final LocalServer local;
    private final State state;
    private final List<Beat> beats = new ArrayList<>();

    /** What metrics and health are read from. */
    public record State(StatusBoard board, Journal journal, Dispatcher dispatcher, Agent agent) {}

    /** Opens everything; nothing runs before {@link #start}. */
    public Daemon(DaemonConfig config, Environment environment) throws IOException {
        this.environment = environment;
        Host host = environment.host();
        Clock clock = environment.clock();
        ImageTrust trust = ImageTrust.of(config.imageKeys());
        host.prepare();
        this.database = Database.open(DaemonConfig.database(config.dataDir()));
        database.keepReserve(Database.RESERVE_BYTES);
        Journal journal = new Journal(database);
        ContextStore contexts = new ContextStore(database);
        StepStore steps = new StepStore(database);
        StatusBoard board = new StatusBoard();
        Signal journalGrew = new Signal();
        this.desired = new DesiredStore(database);
        this.governor = new Governor(host, new BankStore(database));
        this.meters = new Meters(
                host,
                clock,
                new Meters.Books(database, new MeterStore(database), journal),
                governor,
                journalGrew::raise);
        this.agent = new Agent(
                settings(config, environment),
                new Agent.Parts(
                        host,
                        clock,
                        new IdentityStore(config.dataDir().resolve("identity")),
                        desired,
                        board,
                        meters,
                        journal,
                        journalGrew));
        ImageNoteStore notes = new ImageNoteStore(database);
        ImageStore images =
                new ImageStore(host, agent, trust, notes, config.dataDir().resolve("downloads"));
        VolumeWatch volumes = new VolumeWatch(new VolumeStore(database), meters, clock);
        Moves moves = new Moves(
                new Moves.Parts(host, meters, governor, agent, clock),
                config.dataDir().resolve("moves"));
        this.reconciler = new Reconciler(new Reconciler.Parts(
                host, images, meters, governor, contexts, notes, desired, steps, board, volumes, moves, clock));
        this.dispatcher = new Dispatcher(reconciler::reconcile, CONCURRENT_CONTEXTS);
        this.fleet = new Fleet(host, contexts, reconciler, dispatcher, board, notes);
        this.network = new NetworkWatch(host, contexts, reconciler, dispatcher, volumes, clock);
        agent.looksAtNetwork(network::newest, volumes::volume);
        this.prefetch = new Prefetch(images, fleet::imagesInUse, clock, config.imageGrace());
        this.state = new State(board, journal, dispatcher, agent);
        Consoles consoles = new Consoles(host, clock);
        agent.opensConsoles(consoles::open);
        this.local = new LocalServer(
                DaemonConfig.socket(config.dataDir()),
                new Responder(host, consoles, contexts, board, meters, journal, views(images, notes)));
    }

    private Responder.Views views(ImageStore images, ImageNoteStore notes) {
        HeldImages held =
                new HeldImages(images, notes, prefetch, () -> fleet.imageUse().users(), environment.clock());
        return new Responder.Views(environment.metricsText(), this::health, held::list);
    }

    private static Agent.Settings settings(DaemonConfig config, Environment environment) {
        return new Agent.Settings(
                config.portal(), config.nodeName(), config.joinTokenFile(), environment.version(), LONG_POLL_SECONDS);
    }

    public State state() {
        return state;
    }

    public void start() throws IOException {
        fleet.start();
        prefetch.start();
        agent.start(new Agent.Listeners(changed -> changed.forEach(dispatcher::wake), prefetch::announce));
        // who asks is answered before all the first turns want the processors
        local.start();
        beats.add(Beat.every(Governor.FAST_MILLIS, "governor", this::govern));
        Clock clock = environment.clock();
        beats.add(Beat.paced(this::meterPace, "meters", this::meter, clock::monotonicNanos));
        beats.add(Beat.pacedFromNow(() -> SWEEP, "sweep", fleet::sweep, clock::monotonicNanos));
        beats.add(Beat.paced(() -> NETWORK, "network", network::look, clock::monotonicNanos));
        beats.add(new Beat("readings-clock", new ReadingClock(environment.clock(), desired, meters)));
        LOG.infof(
                "berthd %s runs on %s",
                environment.version(), environment.host().facts());
    }

    @Override
    public void close() throws IOException {
        local.close();
        try {
            stop();
        } catch (InterruptedException e) {
            // What is under way is left as kill -9 would leave it: the next daemon goes on from there.
            Thread.currentThread().interrupt();
        }
        reconciler.close();
        governor.saveAll(now());
        meters.tick();
        database.close();
    }

    private void stop() throws InterruptedException {
        agent.stop();
        prefetch.stop();
        dispatcher.stop();
        for (Beat beat : beats) {
            beat.stop();
        }
    }

    /** What a kill loses is what happened since the last look: it has to be much less than one interval of readings. */
    private Beat.Pace meterPace() {
        return METER.atMost(desired.readingIntervalSeconds() * MILLIS_OF_SECOND / LOOKS_PER_READING);
    }

    /** A context that ended by itself is seen here, long before the next sweep. */
    private void meter() {
        meters.tick().forEach(dispatcher::wake);
        network.lookAtVolumes();
    }

    private void govern() {
        Moment now = now();
        governor.share(now);
        for (String contextId : governor.due(now)) {
            try {
                governor.tick(contextId, now);
            } catch (HostException e) {
                LOG.debugf("CPU of %s cannot be governed now: %s", contextId, e.getMessage());
            }
        }
        governor.write(now);
    }

    private Responder.Health health() {
        return new Responder.Health(
                agent.nodeId(),
                agent.lastContactMillis(),
                desired.revision(),
                dispatcher.failures(),
                dispatcher.busy());
    }

    private Moment now() {
        return new Moment(environment.clock().utcMillis(), environment.clock().monotonicNanos());
    }
}
