package dev.berth.node.agent;

import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.Departure;
import dev.berth.contract.Desired;
import dev.berth.contract.ImageInfo;
import dev.berth.contract.Observed;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.Pressure;
import dev.berth.contract.Observed.Sample;
import dev.berth.contract.Observed.Volume;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.node.apply.StatusBoard;
import dev.berth.node.host.Console;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.host.HostFacts;
import dev.berth.node.image.ImageSource;
import dev.berth.node.meter.Meters;
import dev.berth.node.move.MovePortal;
import dev.berth.node.store.DesiredStore;
import dev.berth.node.store.Journal;
import dev.berth.node.time.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Talks with the portal: enrols once, then fetches what is desired, tells what is observed, and uploads readings. The node
 * works without it: everything it needs to go on is on its own disk.
 */
public final class Agent implements ImageSource, MovePortal {
    private static final Logger LOG = Logger.getLogger(Agent.class);
    private static final long NANOS_OF_SECOND = 1_000_000_000L;
    private static final long FULL_DESIRED_NANOS = 600 * NANOS_OF_SECOND;
    private static final long RENEWAL_CHECK_SECONDS = 60;
    private static final long UPLOAD_CHECK_SECONDS = 30;
    private static final long LAST_READING_POLLS = 250;
    private static final long LAST_READING_POLL_MILLIS = 20;

    /**
     * Where the portal is and who this node is to it.
     *
     * @param joinTokenFile read only while the node has no identity
     * @param waitSeconds how long the portal may hold a request for desired state
     */
    public record Settings(
            URI portal, String nodeName, Optional<Path> joinTokenFile, String agentVersion, long waitSeconds) {}

    /** What the agent reads from and writes to. */
    public record Parts(
            Host host,
            Clock clock,
            IdentityStore identities,
            DesiredStore desired,
            StatusBoard board,
            Meters meters,
            Journal journal,
            Signal journalGrew) {}

    /** An identity and the connection made with it. */
    private record Session(Identity identity, PortalClient client) {}

    private final Settings settings;
    private final Parts parts;
    private final CountDownLatch enrolled = new CountDownLatch(1);
    private final List<Loop> loops = new ArrayList<>();
    private final ObservedSchedule schedule;
    private volatile Supplier<Optional<Observed.NetworkCheck>> network = Optional::empty;
    private volatile Function<String, Optional<Volume>> volumes = _ -> Optional.empty();
    private volatile ConsoleOpener opener = (id, _) -> {
        throw new IOException("no consoles are opened here: " + id);
    };
    private volatile Optional<Session> session = Optional.empty();
    private volatile long lastContactMillis;
    private List<String> toldImages = List.of();
    private Optional<Long> lastFullNanos = Optional.empty();
    private Optional<Long> resendFrom = Optional.empty();

    public Agent(Settings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
        this.schedule = new ObservedSchedule(parts.clock());
    }

    /**
     * Who hears the portal's news.
     *
     * @param changed called with the contexts whose spec is new, when it is on disk
     * @param images called with the images the portal announces, with every answer
     */
    public record Listeners(Consumer<List<String>> changed, Consumer<List<String>> images) {}

    public void start(Listeners listeners) {
        loops.add(new Loop("enrolment", this::keepIdentity));
        loops.add(new Loop("desired", () -> fetchDesired(listeners)));
        loops.add(new Loop("observed", this::tellObserved));
        loops.add(new Loop("readings", this::uploadReadings));
        loops.add(new Loop("consoles", this::openConsoles));
    }

    /** When the portal was last heard, in UTC milliseconds; 0 before the first time. */
    public long lastContactMillis() {
        return lastContactMillis;
    }

    public Optional<String> nodeId() {
        return session.map(s -> s.identity().nodeId());
    }

    @Override
    public void download(String digest, Consumer<ImageInfo> check, Path to) throws IOException, InterruptedException {
        PortalClient used = client();
        try {
            used.download(digest, check, to);
        } catch (IOException e) {
            PortalClient next = client();
            if (next.equals(used)) {
                throw e;
            }
            // The certificate was renewed meanwhile, and what went over the connection before it came to an end.
            Files.deleteIfExists(to);
            next.download(digest, check, to);
        }
    }

    @Override
    public void leavePiece(String migrationId, long number, byte[] piece) throws IOException, InterruptedException {
        client().leavePiece(migrationId, number, piece);
    }

    @Override
    public void leaveDeparture(String migrationId, Departure departure) throws IOException, InterruptedException {
        client().leaveDeparture(migrationId, departure);
    }

    @Override
    public Departure departure(String migrationId) throws IOException, InterruptedException {
        return client().departure(migrationId);
    }

    @Override
    public byte[] piece(String migrationId, long number) throws IOException, InterruptedException {
        return client().piece(migrationId, number);
    }

    /** How terminals are opened; set before {@link #start}. */
    public void opensConsoles(ConsoleOpener opener) {
        this.opener = opener;
    }

    /** Opens terminals of this node. */
    @FunctionalInterface
    public interface ConsoleOpener {
        Console open(String contextId, Console.Size size) throws IOException;
    }

    private void openConsoles() throws IOException, InterruptedException {
        enrolled.await();
        ConsoleRequests wanted = client().consoles(settings.waitSeconds());
        heard();
        for (ConsoleRequests.Request request : wanted.requests()) {
            PortalClient used = client();
            Thread.ofPlatform().daemon().name("console-line").start(() -> serve(request, used));
        }
    }

    private void serve(ConsoleRequests.Request request, PortalClient used) {
        try {
            ConsoleLine.run(request, opener, used::dial);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.errorf(e, "a console of %s met a fault of the daemon", request.contextId());
        }
    }

    /** Ends every conversation. */
    public void stop() throws InterruptedException {
        for (Loop loop : loops) {
            loop.stop();
        }
        session.ifPresent(s -> s.client().close());
    }

    private void keepIdentity() throws IOException, InterruptedException {
        if (session.isEmpty()) {
            use(identity());
            enrolled.countDown();
        }
        Identity identity = session().identity();
        if (parts.clock().utcMillis() >= identity.renewAfterMillis()) {
            String request = parts.identities().request(settings.nodeName());
            use(parts.identities().store(client().renew(request)));
            LOG.infof("the node's certificate was renewed");
        }
        TimeUnit.SECONDS.sleep(RENEWAL_CHECK_SECONDS);
    }

    private Identity identity() throws IOException, InterruptedException {
        Optional<Identity> stored = parts.identities().load();
        return stored.isPresent() ? stored.get() : enrol();
    }

    private Identity enrol() throws IOException, InterruptedException {
        Path file = settings.joinTokenFile()
                .orElseThrow(() -> new IOException("this node is not enrolled, and no join token file was named"));
        JoinToken token;
        try {
            token = JoinToken.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
        String request = parts.identities().request(settings.nodeName());
        Identity identity =
                parts.identities().store(PortalClient.enrol(settings.portal(), token, settings.nodeName(), request));
        LOG.infof("enrolled as node %s", identity.nodeId());
        return identity;
    }

    private void use(Identity identity) throws IOException {
        Optional<Session> before = session;
        session = Optional.of(new Session(identity, PortalClient.of(settings.portal(), identity)));
        before.ifPresent(s -> s.client().retire());
    }

    private void fetchDesired(Listeners listeners) throws IOException, InterruptedException {
        enrolled.await();
        long now = parts.clock().monotonicNanos();
        boolean full = lastFullNanos.isEmpty() || now - lastFullNanos.get() >= FULL_DESIRED_NANOS;
        Optional<PortalClient.DesiredAnswer> answer = full
                ? client().desiredInFull()
                : client().desiredAfter(parts.desired().revision(), settings.waitSeconds());
        heard();
        if (full) {
            lastFullNanos = Optional.of(now);
        }
        if (answer.isPresent()) {
            // What follows from a change is logged under the trace of the request that asked for it.
            try (Trace _ = new Trace(answer.get().traceparent())) {
                accept(answer.get().desired(), listeners);
            }
        }
    }

    private void accept(Desired desired, Listeners listeners) throws IOException {
        DesiredStore.Outcome outcome = parts.desired().accept(desired);
        if (!outcome.changed().isEmpty()) {
            listeners.changed().accept(outcome.changed());
        }
        desired.settings().images().ifPresent(listeners.images());
        if (!outcome.refused().isEmpty()) {
            throw new IOException("the portal's desired state was refused: " + outcome.refused());
        }
    }

    private void tellObserved() throws IOException, InterruptedException {
        enrolled.await();
        List<ContextStatus> news = parts.board().take(schedule.millisToNext());
        ObservedSchedule.Due due = schedule.due();
        if (news.isEmpty() && due == ObservedSchedule.Due.NOTHING) {
            return;
        }
        boolean full = due == ObservedSchedule.Due.FULL;
        boolean told = false;
        try {
            awaitLastReadings(news);
            List<String> images = parts.host().images().stream()
                    .sorted()
                    .limit(Observed.MAX_IMAGES)
                    .toList();
            boolean imagesAreNews = full || !images.equals(toldImages);
            client().observed(observed(
                    full,
                    full ? parts.board().all() : withSamples(news, due),
                    imagesAreNews ? Optional.of(images) : Optional.empty()));
            toldImages = images;
            told = true;
        } finally {
            if (!told) {
                parts.board().untold(news);
            }
        }
        schedule.told(due, parts.board().all().size());
        heard();
    }

    /**
     * That a context is gone is told after its last reading, so that nobody bills without it. A portal that takes no readings
     * hears of it all the same, a little later.
     */
    private void awaitLastReadings(List<ContextStatus> news) throws InterruptedException {
        boolean gone = news.stream().anyMatch(status -> status.state() == Observed.State.GONE);
        long last = gone ? parts.journal().lastSeq() : 0;
        for (int poll = 0; poll < LAST_READING_POLLS && parts.journal().ackedSeq() < last; poll++) {
            TimeUnit.MILLISECONDS.sleep(LAST_READING_POLL_MILLIS);
        }
    }

    /** News, and with most heartbeats also what runs, so that graphs get their points. */
    private List<ContextStatus> withSamples(List<ContextStatus> news, ObservedSchedule.Due due) {
        if (due != ObservedSchedule.Due.SAMPLES) {
            return news;
        }
        Map<String, ContextStatus> told = new LinkedHashMap<>();
        parts.board().all().stream()
                .filter(status -> status.state() == Observed.State.RUNNING)
                .forEach(status -> told.put(status.contextId(), status));
        news.forEach(status -> told.put(status.contextId(), status));
        return List.copyOf(told.values());
    }

    private Observed observed(boolean full, List<ContextStatus> statuses, Optional<List<String>> images) {
        HostFacts facts = parts.host().facts();
        return new Observed(
                facts.bootId(),
                settings.agentVersion(),
                facts.simulated(),
                Math.max(0, parts.desired().revision()),
                full,
                parts.clock().utcMillis(),
                facts.capacity(),
                statuses.stream().map(status -> sampled(status, full)).toList(),
                images,
                network.get());
    }

    /**
     * Where the newest look at the contexts' networks is found, and what each has of its volume cap; set before {@link #start}.
     */
    public void looksAtNetwork(
            Supplier<Optional<Observed.NetworkCheck>> newest, Function<String, Optional<Volume>> perContext) {
        this.network = newest;
        this.volumes = perContext;
    }

    /** @param full also with what is looked at less often, because it costs more */
    private ContextStatus sampled(ContextStatus s, boolean full) {
        Optional<Sample> sample = parts.meters().sample(s.contextId());
        return new ContextStatus(
                s.contextId(),
                s.generation(),
                s.state(),
                s.restarts(),
                s.failure(),
                s.steps(),
                s.sshFingerprints(),
                sample,
                full ? sample.flatMap(_ -> pressure(s.contextId())) : Optional.empty(),
                s.cause(),
                s.storage(),
                s.stranger());
    }

    private Optional<Pressure> pressure(String contextId) {
        try {
            return parts.host().pressure(contextId).map(pressure -> pressure.withVolume(volumes.apply(contextId)));
        } catch (HostException e) {
            LOG.debugf("how %s meets its limits cannot be seen now: %s", contextId, e.getMessage());
            return Optional.empty();
        }
    }

    private void uploadReadings() throws IOException, InterruptedException {
        enrolled.await();
        long from = resendFrom.orElse(parts.journal().ackedSeq() + 1);
        List<Entry> records = parts.journal().from(from, Readings.MAX_RECORDS);
        if (records.isEmpty()) {
            resendFrom = Optional.empty();
            parts.journalGrew().await(UPLOAD_CHECK_SECONDS, TimeUnit.SECONDS);
            return;
        }
        if (records.getFirst().seq() != from) {
            throw new IOException("the portal waits for record %d, the journal begins at %d"
                    .formatted(from, records.getFirst().seq()));
        }
        switch (client().readings(signed(records))) {
            case PortalClient.UploadResult.Acked acked ->
                acked(acked.seq(), records.getLast().seq());
            case PortalClient.UploadResult.Hole hole -> hole(hole.expectedSeq(), from);
        }
        heard();
    }

    private void acked(long seq, long sent) throws IOException {
        if (seq < sent) {
            throw new IOException("the portal acknowledged %d, %d was sent".formatted(seq, sent));
        }
        parts.journal().acked(seq);
        resendFrom = Optional.empty();
    }

    /** The portal has less than it once acknowledged, as after a restore, or more than this node knows it has. */
    private void hole(long expected, long from) throws IOException {
        if (expected == from || expected > parts.journal().lastSeq() + 1) {
            throw new IOException("the portal waits for record %d, which this node does not have".formatted(expected));
        }
        LOG.warnf("the portal waits for record %d, not for %d: sending again from there", expected, from);
        resendFrom = Optional.of(expected);
        if (expected > from) {
            parts.journal().acked(expected - 1);
            resendFrom = Optional.empty();
        }
    }

    private Readings signed(List<Entry> records) throws IOException {
        return BatchSigner.signed(
                parts.host().facts().bootId(), records, session().identity().key());
    }

    private Session session() throws IOException {
        return session.orElseThrow(() -> new IOException("this node is not enrolled"));
    }

    private PortalClient client() throws IOException {
        return session().client();
    }

    private void heard() {
        lastContactMillis = parts.clock().utcMillis();
    }
}
