package dev.berth.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node may send that is no message is answered as bad input, never as a fault of the portal. */
class ContractFuzzTest {
    private static final long SEED = 20_261_123;
    private static final int ROUNDS = 500;

    @Test
    void everySpoiledMessageIsReadOrRefused() throws IOException {
        for (Map.Entry<String, Class<?>> each : GoldenMessagesTest.TYPES.entrySet()) {
            byte[] golden = Files.readAllBytes(GoldenMessagesTest.GOLDEN.resolve(each.getKey()));
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] spoiled = new Mutator(SEED + round).spoil(golden);
                refused += read(spoiled, each.getValue(), "%s, seed %d".formatted(each.getKey(), SEED + round))
                                .isEmpty()
                        ? 1
                        : 0;
            }
            assertTrue(refused > ROUNDS / 4, () -> each.getKey() + " refuses hardly anything");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"\"", "{", "\u0000"})
    void noMessageAtAllIsRefused(String body) throws IOException {
        for (Class<?> type : GoldenMessagesTest.TYPES.values()) {
            assertEquals(Optional.empty(), read(body.getBytes(StandardCharsets.UTF_8), type, body));
        }
    }

    private static Optional<?> read(byte[] bytes, Class<?> type, String which) throws IOException {
        try {
            return Optional.of(AgentApi.read(bytes, type));
        } catch (Problem problem) {
            assertTrue(problem.status() == 400 || problem.status() == 422, which);
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(which, e);
        }
    }
}
