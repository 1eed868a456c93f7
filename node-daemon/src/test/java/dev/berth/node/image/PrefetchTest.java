package dev.berth.node.image;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ImageInfo;
import dev.berth.node.simulator.SimulatedHost;
import dev.berth.node.store.ImageNoteStore;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TemporaryDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PrefetchTest {
    private static final String ONE = digest("one");
    private static final String TWO = digest("two");
    private static final Duration GRACE = Duration.ofHours(24);

    @RegisterExtension
    final TemporaryDatabase file = new TemporaryDatabase();

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock();
    private final Map<String, String> archives = new ConcurrentHashMap<>(Map.of(ONE, "one", TWO, "two"));
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch open = new CountDownLatch(1);
    private Optional<Set<String>> used = Optional.of(Set.of());
    private SimulatedHost host;
    private ImageStore images;
    private Prefetch prefetch;

    @BeforeEach
    void begin() {
        host = new SimulatedHost(directory.resolve("host.json"), clock, 1);
        images = new ImageStore(
                host,
                this::download,
                new ImageTrust(Optional.empty()),
                new ImageNoteStore(file.database()),
                directory.resolve("downloads"));
        prefetch = new Prefetch(images, () -> used, clock, GRACE);
    }

    @Test
    void fetchesWhatIsAnnouncedInItsOrderAndOnce() throws InterruptedException {
        open.countDown();

        prefetch.round(List.of(TWO, ONE));
        prefetch.round(List.of(TWO, ONE));

        assertEquals(List.of(TWO, ONE), asked);
        assertEquals(Set.of(ONE, TWO), host.images());
    }

    @Test
    void anOrderWhileItRunsWaitsForTheSameDownload() throws Exception {
        prefetch.start();
        prefetch.announce(List.of(ONE));
        await().until(() -> asked.size() == 1);
        try (ExecutorService orders = Executors.newCachedThreadPool()) {
            Future<Boolean> order = orders.submit(() -> {
                images.ensure(ONE);
                return images.present(ONE);
            });
            Future<Boolean> other = orders.submit(() -> {
                images.ensure(ONE);
                return images.present(ONE);
            });
            open.countDown();

            assertTrue(order.get(10, TimeUnit.SECONDS));
            assertTrue(other.get(10, TimeUnit.SECONDS));
            assertEquals(List.of(ONE), asked);
        } finally {
            prefetch.stop();
        }
    }

    @Test
    void aFailureKeepsNoOtherImageAwayAndIsTriedAgainLater() throws InterruptedException {
        open.countDown();
        archives.put(ONE, "something else");
        prefetch.round(List.of(ONE, TWO));
        assertEquals(Set.of(TWO), host.images());

        archives.put(ONE, "one");
        prefetch.round(List.of(ONE, TWO));
        assertEquals(List.of(ONE, TWO), asked);

        clock.pass(15_000);
        prefetch.round(List.of(ONE, TWO));
        assertEquals(Set.of(ONE, TWO), host.images());
    }

    @Test
    void dropsOnlyWhatIsNeitherListedNorUsed() throws InterruptedException {
        open.countDown();
        prefetch.round(List.of(ONE, TWO));

        used = Optional.empty();
        afterTheGrace(List.of());
        assertEquals(Set.of(ONE, TWO), host.images());

        used = Optional.of(Set.of(ONE));
        afterTheGrace(List.of());
        assertEquals(Set.of(ONE), host.images());

        used = Optional.of(Set.of());
        afterTheGrace(List.of(ONE));
        assertEquals(Set.of(ONE), host.images());
    }

    @Test
    void whatIsHereIsListedWithWhatNeedsItAndSinceWhenNothingDoes() throws InterruptedException {
        open.countDown();
        HeldImages held = new HeldImages(
                images, new ImageNoteStore(file.database()), prefetch, () -> Map.of(ONE, List.of("web-1")), clock);
        prefetch.announce(List.of(ONE));
        prefetch.round(List.of(ONE, TWO));
        prefetch.round(List.of(ONE));
        long since = clock.utcMillis();
        clock.pass(5_000);

        Map<String, HeldImages.Held> byDigest =
                held.list().stream().collect(Collectors.toMap(HeldImages.Held::digest, Function.identity()));

        assertEquals(
                new HeldImages.Held(
                        ONE, Optional.of("debian-12"), Optional.of(3L), List.of("web-1"), true, Optional.empty()),
                byDigest.get(ONE));
        assertEquals(
                new HeldImages.Held(
                        TWO, Optional.of("debian-12"), Optional.of(3L), List.of(), false, Optional.of(since)),
                byDigest.get(TWO));
    }

    @Test
    void dropsNothingBeforeTheGraceIsOver() throws InterruptedException {
        open.countDown();
        prefetch.round(List.of(ONE));

        prefetch.round(List.of());
        clock.pass(GRACE.toMillis() - 1);
        prefetch.round(List.of());
        assertEquals(Set.of(ONE), host.images());

        clock.pass(1);
        prefetch.round(List.of());
        assertEquals(Set.of(), host.images());
    }

    @Test
    void whatIsNeededMeanwhileBeginsAnew() throws InterruptedException {
        open.countDown();
        prefetch.round(List.of(ONE));
        prefetch.round(List.of());
        clock.pass(GRACE.toMillis() - 1);

        used = Optional.of(Set.of(ONE));
        prefetch.round(List.of());
        used = Optional.of(Set.of());
        prefetch.round(List.of());
        clock.pass(GRACE.toMillis() - 1);
        prefetch.round(List.of());

        assertEquals(Set.of(ONE), host.images());
    }

    @Test
    void whatIsFetchedAgainAfterItWasDroppedBeginsAnew() throws InterruptedException {
        open.countDown();
        prefetch.round(List.of(ONE));
        afterTheGrace(List.of());
        assertEquals(Set.of(), host.images());

        images.ensure(ONE);
        prefetch.round(List.of());

        assertEquals(Set.of(ONE), host.images());
    }

    private void afterTheGrace(List<String> announced) throws InterruptedException {
        prefetch.round(announced);
        clock.pass(GRACE.toMillis());
        prefetch.round(announced);
    }

    @Test
    void theNewestAnnouncementIsTheOneThatCounts() throws InterruptedException {
        prefetch.announce(List.of(ONE));
        prefetch.announce(List.of(TWO));
        open.countDown();
        prefetch.start();
        await().until(() -> host.images().equals(Set.of(TWO)));
        prefetch.stop();
        assertEquals(List.of(TWO), asked);
    }

    private void download(String digest, Consumer<ImageInfo> check, Path to) throws IOException, InterruptedException {
        asked.add(digest);
        check.accept(new ImageInfo(digest, "debian-12", "debian", "12", 3));
        assertTrue(open.await(10, TimeUnit.SECONDS));
        Files.writeString(to, String.valueOf(archives.get(digest)));
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
