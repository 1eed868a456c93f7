package dev.berth.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.Departure;
import dev.berth.contract.Desired;
import dev.berth.contract.Enrolment;
import dev.berth.contract.ImageInfo;
import dev.berth.contract.Observed;
import dev.berth.contract.Readings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The portal reads and writes every message as the golden files have it. */
class GoldenMessagesTest {
    static final Path GOLDEN = Path.of("contract", "golden", "v1");
    static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("ack.json", Readings.Ack.class),
            Map.entry("console-requests.json", ConsoleRequests.class),
            Map.entry("departure.json", Departure.class),
            Map.entry("desired.json", Desired.class),
            Map.entry("enrol-request.json", Enrolment.Request.class),
            Map.entry("enrol-response.json", Enrolment.Response.class),
            Map.entry("expected.json", Readings.Expected.class),
            Map.entry("image.json", ImageInfo.class),
            Map.entry("image-signed.json", ImageInfo.class),
            Map.entry("observed.json", Observed.class),
            Map.entry("readings.json", Readings.class),
            Map.entry("readings-rooted.json", Readings.class),
            Map.entry("readings-wide.json", Readings.class),
            Map.entry("renew-request.json", Enrolment.RenewRequest.class));

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
        }
    }

    @Test
    void everyFileHasItsRecord() throws IOException {
        assertEquals(new TreeSet<>(TYPES.keySet()), new TreeSet<>(files().toList()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void isReadAndWrittenAlike(String file) throws IOException {
        JsonNode golden = AgentApi.JSON.readTree(GOLDEN.resolve(file).toFile());
        Object message = AgentApi.JSON.treeToValue(golden, TYPES.get(file));
        assertEquals(golden, AgentApi.JSON.readTree(AgentApi.JSON.writeValueAsBytes(message)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void unknownFieldsAreIgnored(String file) throws IOException {
        ObjectNode golden =
                (ObjectNode) AgentApi.JSON.readTree(GOLDEN.resolve(file).toFile());
        Object message = AgentApi.JSON.treeToValue(golden, TYPES.get(file));
        golden.put("fromTheFuture", 1);
        assertEquals(message, AgentApi.JSON.treeToValue(golden, TYPES.get(file)));
    }
}
