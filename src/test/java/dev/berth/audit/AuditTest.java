package dev.berth.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.audit.AuditService.Deed;
import dev.berth.audit.AuditService.Query;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class AuditTest {
    private static final Caller SOMEBODY = Caller.system("test");

    @Inject
    AuditService audit;

    @Inject
    Database database;

    @Inject
    Transactions transactions;

    @Test
    void writersAtOnceMakeOneChain() throws Exception {
        String subject = UUID.randomUUID().toString();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(IntStream.range(0, 20)
                    .mapToObj(i ->
                            Executors.callable(() -> audit.record(SOMEBODY, Deed.of("test.write", "test", subject))))
                    .toList());
        }
        assertEquals(20, audit.list(Query.ALL.ofSubject(subject), 200).size());
        assertEquals(Optional.empty(), audit.verify().brokenAt());
    }

    @Test
    void whatIsRolledBackLeavesNoTrace() {
        String subject = UUID.randomUUID().toString();
        Assertions.assertThrows(
                Problem.class,
                () -> transactions.run(() -> {
                    audit.record(SOMEBODY, Deed.of("test.write", "test", subject));
                    throw Problem.conflict("test", "no");
                }));
        assertTrue(audit.list(Query.ALL.ofSubject(subject), 200).isEmpty());
        assertEquals(Optional.empty(), audit.verify().brokenAt());
    }

    @Test
    void aChangedRowIsFound() {
        String subject = UUID.randomUUID().toString();
        audit.record(SOMEBODY, Deed.of("test.write", "test", subject).because("true reason"));
        audit.record(SOMEBODY, Deed.of("test.write", "test", subject));
        List<AuditEvent> events = audit.list(Query.ALL.ofSubject(subject), 200);
        long changed = events.getLast().seq();
        database.update("UPDATE audit_event SET reason = 'another' WHERE seq = ?", changed);
        assertEquals(Optional.of(changed), audit.verify().brokenAt());
        database.update("UPDATE audit_event SET reason = 'true reason' WHERE seq = ?", changed);
        assertEquals(Optional.empty(), audit.verify().brokenAt());
    }
}
