package dev.berth.node.testing;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.Desired;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Readings.Entry;
import dev.berth.node.apply.Reconciler;
import dev.berth.node.apply.StatusBoard;
import dev.berth.node.apply.VolumeWatch;
import dev.berth.node.cpu.Governor;
import dev.berth.node.host.Host;
import dev.berth.node.image.ImageStore;
import dev.berth.node.image.ImageTrust;
import dev.berth.node.meter.Meters;
import dev.berth.node.move.Moves;
import dev.berth.node.simulator.SimulatedHost;
import dev.berth.node.store.BankStore;
import dev.berth.node.store.ContextStore;
import dev.berth.node.store.Database;
import dev.berth.node.store.DesiredStore;
import dev.berth.node.store.ImageNoteStore;
import dev.berth.node.store.Journal;
import dev.berth.node.store.MeterStore;
import dev.berth.node.store.VolumeStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A node over a simulated host and a directory, without a portal. Opening a second one over the directory is a restart. */
public final class TestNode implements AutoCloseable {
    public static final String CONTEXT = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f01";
    public static final String IMAGE = "sha256:" + "a".repeat(64);
    public static final long INTERVAL_SECONDS = 3_600;

    public final FakeClock clock;
    public final TroubledHost host;
    public final Database database;
    public final DesiredStore desired;
    public final ContextStore contexts;
    public final ImageNoteStore notes;
    public final Journal journal;
    public final Governor governor;
    public final Meters meters;
    public final StatusBoard board = new StatusBoard();
    public final VolumeWatch volumes;
    public final Reconciler reconciler;
    public final DirectoryPortal portal;
    private long revision;

    public TestNode(Path directory, FakeClock clock) {
        this(directory, clock, simulated(directory, clock));
    }

    public TestNode(Path directory, FakeClock clock, Host underneath) {
        this(directory, clock, underneath, new DirectoryPortal(directory.resolve("portal")));
    }

    public TestNode(Path directory, FakeClock clock, Host underneath, DirectoryPortal portal) {
        this.portal = portal;
        this.clock = clock;
        this.host = new TroubledHost(underneath);
        database = Database.open(directory.resolve("berthd.db"));
        desired = new DesiredStore(database);
        contexts = new ContextStore(database);
        notes = new ImageNoteStore(database);
        journal = new Journal(database);
        governor = new Governor(host, new BankStore(database));
        meters = new Meters(
                host, clock, new Meters.Books(database, new MeterStore(database), journal), governor, () -> {});
        ImageStore images = new ImageStore(
                host,
                (digest, check, to) -> Files.write(to, new byte[] {1}),
                new ImageTrust(Optional.empty()),
                notes,
                directory.resolve("downloads"));
        volumes = new VolumeWatch(new VolumeStore(database), meters, clock);
        reconciler = new Reconciler(new Reconciler.Parts(
                host,
                images,
                meters,
                governor,
                contexts,
                notes,
                desired,
                new TroubledSteps(database, host),
                board,
                volumes,
                new Moves(new Moves.Parts(host, meters, governor, portal, clock), directory.resolve("moves")),
                clock));
        revision = Math.max(0, desired.revision());
    }

    public static SimulatedHost simulated(Path directory, FakeClock clock) {
        SimulatedHost host = new SimulatedHost(directory.resolve("simulated.json"), clock, 7);
        host.addImage(IMAGE);
        return host;
    }

    public static ContextSpec spec(long generation, DesiredState state) {
        return spec(CONTEXT, generation, state, 0);
    }

    public static ContextSpec spec(String id, long generation, DesiredState state, long restarts) {
        return new ContextSpec(
                id,
                generation,
                state,
                restarts,
                "web-1",
                IMAGE,
                List.of("10.77.0.10"),
                List.of(),
                new Limits(250, 2_000, 600_000, 512L << 20, 512, 10L << 30, Optional.empty()));
    }

    /** The portal wants something new; it is on disk when this returns. */
    public void want(ContextSpec... specs) {
        desired.accept(new Desired(
                ++revision, false, new Desired.Settings(INTERVAL_SECONDS, Optional.empty()), List.of(specs)));
    }

    public boolean reconcile() {
        return reconcile(CONTEXT);
    }

    public boolean reconcile(String contextId) {
        try {
            return reconciler.reconcile(contextId);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public ContextStatus status() {
        return board.find(CONTEXT).orElseThrow();
    }

    public List<Entry> records() {
        return journal.from(1, 1_000);
    }

    public List<String> kinds() {
        return records().stream().map(entry -> entry.reading().kind().name()).toList();
    }

    /** Ends it as kill -9 would: nothing is written any more. */
    @Override
    public void close() {
        reconciler.close();
        database.close();
    }
}
