package dev.berth.node.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.Departure;
import dev.berth.contract.Desired;
import dev.berth.contract.Enrolment;
import dev.berth.contract.ImageInfo;
import dev.berth.contract.Observed;
import dev.berth.contract.Readings;
import dev.berth.node.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The node reads every golden message of the contract and writes it again as it was. The portal has the twin of this. */
class GoldenTest {
    static final Path GOLDEN = Path.of("..", "contract", "golden", "v1");
    static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("enrol-request", Enrolment.Request.class),
            Map.entry("enrol-response", Enrolment.Response.class),
            Map.entry("renew-request", Enrolment.RenewRequest.class),
            Map.entry("console-requests", ConsoleRequests.class),
            Map.entry("departure", Departure.class),
            Map.entry("desired", Desired.class),
            Map.entry("observed", Observed.class),
            Map.entry("readings", Readings.class),
            Map.entry("readings-wide", Readings.class),
            Map.entry("readings-rooted", Readings.class),
            Map.entry("ack", Readings.Ack.class),
            Map.entry("expected", Readings.Expected.class),
            Map.entry("image", ImageInfo.class),
            Map.entry("image-signed", ImageInfo.class));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "enrol-request",
                "enrol-response",
                "renew-request",
                "console-requests",
                "departure",
                "desired",
                "observed",
                "readings",
                "readings-wide",
                "readings-rooted",
                "ack",
                "expected",
                "image",
                "image-signed"
            })
    void isReadAndWrittenAgain(String name) throws IOException {
        String golden = Files.readString(GOLDEN.resolve(name + ".json"));
        Object message = Json.read(golden, Objects.requireNonNull(TYPES.get(name)));
        assertEquals(Json.read(golden, JsonNode.class), Json.read(Json.text(message), JsonNode.class));
    }

    @Test
    void everyFileHasAType() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            Set<String> names = files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .collect(Collectors.toSet());
            assertEquals(TYPES.keySet(), names);
        }
    }

    @Test
    void unknownFieldsAreIgnored() {
        assertEquals(
                7,
                Json.read("{\"ackedSeq\":7,\"later\":{\"x\":1}}", Readings.Ack.class)
                        .ackedSeq());
    }

    @Test
    void aPortalThatIsOlderThanSignaturesIsUnderstood() {
        String older =
                "{\"digest\":\"sha256:%s\",\"name\":\"debian-12\",\"distribution\":\"debian\",\"release\":\"12\",\"sizeBytes\":7}"
                        .formatted("a".repeat(64));
        assertEquals(Optional.empty(), Json.read(older, ImageInfo.class).signature());
    }

    @Test
    void chainOfTheGoldenReadingsIsIntact() throws IOException {
        for (String name : List.of("readings.json", "readings-wide.json")) {
            Readings readings = Json.read(Files.readString(GOLDEN.resolve(name)), Readings.class);
            assertTrue(readings.records().stream().allMatch(Readings.Entry::intact));
        }
    }
}
