package dev.berth.mail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.berth.mail.Mail.Address;
import dev.berth.mail.Mail.Enclosure;
import dev.berth.mail.MailSettings.Security;
import dev.berth.mail.OutboxMail.State;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes through the outbox arrives once at a real mail server, whatever happens on the way. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class MailRunTest {
    private static final Caller STAFF = new Caller("user:sam", "Sam", "sam@example.org", Set.of(Role.SUPPORT));
    private static final byte[] FILE = {1, 2, 3, 0, -1, 13, 10};

    @Inject
    Outbox outbox;

    @Inject
    OutboxStore store;

    @Inject
    Database database;

    @Inject
    Transactions transactions;

    @Inject
    InstantSource clock;

    private GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private String recipient = "";

    @BeforeEach
    void aServer() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        recipient = UUID.randomUUID() + "@example.org";
        // what other tests left must not go to this server
        database.update("UPDATE outbox_mail SET state = 'FAILED', next_attempt_at = NULL WHERE state = 'QUEUED'");
    }

    @AfterEach
    void noServer() {
        server.stop();
    }

    private record Settings(Optional<String> host, int port) implements MailSettings {
        @Override
        public Security security() {
            return Security.NONE;
        }

        @Override
        public Optional<String> user() {
            return Optional.empty();
        }

        @Override
        public Optional<String> password() {
            return Optional.empty();
        }

        @Override
        public String from() {
            return "billing@berth.example";
        }

        @Override
        public String senderName() {
            return "Berth";
        }

        @Override
        public Duration oldest() {
            return Duration.ofDays(7);
        }

        @Override
        public String runEvery() {
            return "off";
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(5);
        }
    }

    private static final class Maker implements EnclosureMaker {
        @Override
        public String name() {
            return "test-file";
        }

        @Override
        public File make(String subject) {
            if (subject.equals("poison")) {
                throw new IllegalStateException("cannot be made");
            }
            return new File("Rechnung-ä.bin", "application/octet-stream", FILE);
        }
    }

    private MailRun run(int port, InstantSource at) {
        return run(new Settings(Optional.of("127.0.0.1"), port), at);
    }

    private MailRun run(Settings settings, InstantSource at) {
        OutboxStore ownStore = new OutboxStore(database, at);
        return new MailRun(ownStore, new SmtpCourier(settings, at), List.of(new Maker()), settings, transactions, at);
    }

    private MailRun run() {
        return run(server.getSmtp().getPort(), clock);
    }

    private InstantSource later(Duration by) {
        return () -> clock.instant().plus(by);
    }

    private Mail mail(String key, String... subjects) {
        return new Mail(
                key,
                "test",
                Optional.empty(),
                new Address(recipient, Optional.of("Hösting GmbH"), Optional.of("help@hosting.example")),
                Locale.GERMAN,
                "Ihre Rechnung über 5,95 €",
                "Guten Tag,\n\nanbei die Rechnung.",
                Arrays.stream(subjects).map(s -> new Enclosure("test-file", s)).toList());
    }

    private String key() {
        return "test/" + UUID.randomUUID();
    }

    private List<MimeMessage> arrived() {
        return List.of(server.getReceivedMessages());
    }

    private OutboxMail stored(String key) {
        return outbox.ofKey(key).orElseThrow();
    }

    @Test
    void aMailArrivesAsItWasWritten() throws MessagingException, IOException {
        String key = key();
        outbox.queue(mail(key, "one"));

        assertEquals(new MailRun.Outcome(1, 0), run().run());

        MimeMessage message = arrived().getFirst();
        assertEquals("Ihre Rechnung über 5,95 €", message.getSubject());
        assertEquals("=?UTF-8?Q?H=C3=B6sting_GmbH?= <billing@berth.example>", message.getFrom()[0].toString());
        assertEquals("help@hosting.example", message.getReplyTo()[0].toString());
        assertEquals(recipient, message.getAllRecipients()[0].toString());
        assertEquals("auto-generated", message.getHeader("Auto-Submitted", null));
        MimeMultipart parts = (MimeMultipart) message.getContent();
        assertEquals(
                "Guten Tag,\n\nanbei die Rechnung.",
                parts.getBodyPart(0)
                        .getContent()
                        .toString()
                        .replace("\r\n", "\n")
                        .strip());
        assertArrayEquals(FILE, parts.getBodyPart(1).getInputStream().readAllBytes());
        assertEquals(State.SENT, stored(key).state());
        assertEquals(
                "SENT",
                outbox.get(STAFF, stored(key).id()).attempts().getFirst().outcome());
    }

    @Test
    void theSameKeyIsSentOnce() {
        String key = key();

        assertTrue(outbox.queue(mail(key)));
        assertFalse(outbox.queue(mail(key)));
        run().run();
        assertFalse(outbox.queue(mail(key)));
        run().run();

        assertEquals(1, arrived().size());
    }

    @Test
    void whatIsRolledBackIsNotSent() {
        String key = key();

        assertThrows(
                IllegalStateException.class,
                () -> transactions.run(() -> {
                    outbox.queue(mail(key));
                    throw new IllegalStateException("the deed failed");
                }));

        assertTrue(outbox.ofKey(key).isEmpty());
    }

    @Test
    void aPoisonedMailStopsNoOther() {
        String poisoned = key();
        outbox.queue(mail(poisoned, "poison"));
        outbox.queue(mail(key()));

        assertEquals(new MailRun.Outcome(1, 1), run().run());

        assertEquals(1, arrived().size());
        assertEquals(State.QUEUED, stored(poisoned).state());
        for (int i = 1; i < MailRun.MAX_ATTEMPTS; i++) {
            run(server.getSmtp().getPort(), later(Duration.ofHours(5L * i))).run();
        }
        assertEquals(State.FAILED, stored(poisoned).state());
        assertEquals(
                MailRun.MAX_ATTEMPTS,
                outbox.get(STAFF, stored(poisoned).id()).attempts().size());
    }

    @Test
    void whileTheServerIsAwayOneTriesAndAllWait() {
        int port = server.getSmtp().getPort();
        String first = key();
        String second = key();
        outbox.queue(mail(first));
        outbox.queue(mail(second));
        server.stop();

        assertEquals(new MailRun.Outcome(0, 1), run(port, clock).run());

        assertEquals(1, stored(first).attempts());
        assertEquals(0, stored(second).attempts());
        assertTrue(stored(first).nextAttemptAt().orElseThrow().isAfter(clock.instant()));
        server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        run(port, later(Duration.ofMinutes(1))).run();
        assertEquals(2, arrived().size());
    }

    @Test
    void anAddressThatIsNoneEndsAtOnce() {
        String key = key();
        recipient = "two words@@example";
        outbox.queue(mail(key));

        run().run();

        assertEquals(State.FAILED, stored(key).state());
        assertTrue(outbox.get(STAFF, stored(key).id())
                .attempts()
                .getFirst()
                .answer()
                .contains("address"));
    }

    @Test
    void aReplicaThatDiesWhileSendingLosesNothing() throws MessagingException {
        String key = key();
        outbox.queue(mail(key));
        // it takes the mail and is never heard of again
        transactions.run(() -> store.claim(clock.instant().plus(Duration.ofMinutes(10))));

        run().run();
        assertEquals(0, arrived().size());
        run(server.getSmtp().getPort(), later(Duration.ofMinutes(11))).run();

        assertEquals(1, arrived().size());
        assertEquals(
                "<%s.1@berth.example>".formatted(stored(key).id()),
                arrived().getFirst().getMessageID());
    }

    @Test
    void replicasShareTheWork() throws Exception {
        int mails = 40;
        for (int i = 0; i < mails; i++) {
            outbox.queue(mail(key()));
        }
        Callable<MailRun.Outcome> replica = () -> run().run();
        int sent = 0;
        try (ExecutorService replicas = Executors.newFixedThreadPool(4)) {
            for (var outcome : replicas.invokeAll(List.of(replica, replica, replica, replica))) {
                sent += outcome.get().sent();
            }
        }

        assertEquals(mails, sent);
        assertEquals(mails, arrived().size());
        assertEquals(
                mails, arrived().stream().map(MailRunTest::messageId).distinct().count());
    }

    private static String messageId(MimeMessage message) {
        try {
            return message.getMessageID();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void withoutAServerEverythingWaits() {
        String key = key();
        outbox.queue(mail(key));

        assertEquals(
                new MailRun.Outcome(0, 0),
                run(new Settings(Optional.empty(), 25), clock).run());

        assertEquals(State.QUEUED, stored(key).state());
        assertEquals(0, stored(key).attempts());
    }

    @Test
    void oldMailIsNotSentUnlessStaffAskForIt() {
        String key = key();
        outbox.queue(mail(key));

        run(server.getSmtp().getPort(), later(Duration.ofDays(8))).run();

        assertEquals(0, arrived().size());
        assertEquals(State.FAILED, stored(key).state());
        outbox.sendAgain(STAFF, stored(key).id(), "the server was new");
        run().run();
        assertEquals(1, arrived().size());
        assertEquals(
                "<%s.2@berth.example>".formatted(stored(key).id()),
                messageId(arrived().getFirst()));
    }

    @Test
    void whatWaitsCannotBeSentAgain() {
        String key = key();
        outbox.queue(mail(key));

        Problem problem = assertThrows(
                Problem.class, () -> outbox.sendAgain(STAFF, stored(key).id(), "impatience"));

        assertEquals(409, problem.status());
    }

    @Test
    void aMailNeverChangesItsWords() {
        String key = key();
        outbox.queue(mail(key));

        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE outbox_mail SET subject = 'other' WHERE mail_key = ?", key));
    }

    @Test
    void headersCannotBeSmuggledIn() {
        assertThrows(IllegalArgumentException.class, () -> Address.to("a@example.org\r\nBcc: b@example.org"));
        recipient = "a@example.org";
        assertThrows(
                IllegalArgumentException.class,
                () -> new Mail(
                        "k",
                        "k",
                        Optional.empty(),
                        Address.to("a@b.c"),
                        Locale.ENGLISH,
                        "s\nBcc: x@y.z",
                        "t",
                        List.of()));
    }

    @Test
    void waitsDoubleUpToFourHours() {
        assertEquals(Duration.ofSeconds(30), MailRun.pause(1));
        assertEquals(Duration.ofMinutes(1), MailRun.pause(2));
        assertEquals(Duration.ofHours(4), MailRun.pause(10));
        Duration all = Duration.ZERO;
        for (int i = 1; i < MailRun.MAX_ATTEMPTS; i++) {
            all = all.plus(MailRun.pause(i));
        }
        assertTrue(all.compareTo(Duration.ofHours(24)) > 0, all.toString());
    }
}
