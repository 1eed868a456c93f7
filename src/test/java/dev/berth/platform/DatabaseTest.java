package dev.berth.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class DatabaseTest {
    @Inject
    Database database;

    @Test
    void aQueryInsideAMapperTakesNoSecondConnection() {
        List<List<Long>> ids = database.list(
                "SELECT CONNECTION_ID() AS n",
                row -> List.of(row.number("n"), database.number("SELECT CONNECTION_ID() AS n")));
        assertEquals(ids.getFirst().getFirst(), ids.getFirst().getLast());
    }
}
