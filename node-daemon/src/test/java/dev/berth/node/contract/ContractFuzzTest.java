package dev.berth.node.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Desired;
import dev.berth.node.json.Json;
import dev.berth.node.json.MalformedException;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spoiled messages are valid after all, or refused in the one way that callers expect. The seed is in the failure. */
class ContractFuzzTest {
    private static final long SEED = 20_261_123;
    private static final int ROUNDS = 500;

    @TempDir
    Path directory;

    @Test
    void everySpoiledMessageIsReadOrRefused() throws IOException {
        for (Map.Entry<String, Class<?>> each : GoldenTest.TYPES.entrySet()) {
            byte[] golden = Files.readAllBytes(GoldenTest.GOLDEN.resolve(each.getKey() + ".json"));
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] spoiled = new Mutator(SEED + round).spoil(golden);
                Optional<?> message =
                        read(spoiled, each.getValue(), "%s, seed %d".formatted(each.getKey(), SEED + round));
                refused += message.isEmpty() ? 1 : 0;
                message.ifPresent(valid -> assertEquals(
                        valid, Json.read(Json.bytes(valid), valid.getClass()), "is written and read again"));
            }
            assertTrue(refused > ROUNDS / 4, () -> each.getKey() + " refuses hardly anything");
        }
    }

    @Test
    void whatIsRefusedChangesNothing() throws IOException {
        byte[] golden = Files.readAllBytes(GoldenTest.GOLDEN.resolve("desired.json"));
        try (TestNode node = new TestNode(directory, new FakeClock())) {
            for (int round = 0; round < ROUNDS; round++) {
                long before = node.desired.revision();
                int contexts = node.contexts.all().size();
                Optional<Desired> message =
                        read(new Mutator(SEED + round).spoil(golden), Desired.class, "seed " + (SEED + round));
                if (message.isPresent() && message.get().revision() < 1_000_000) {
                    node.desired.accept(message.get());
                } else {
                    assertEquals(before, node.desired.revision());
                    assertEquals(contexts, node.contexts.all().size());
                }
                assertTrue(node.desired.revision() >= before, "never back");
            }
        }
    }

    private static <T> Optional<T> read(byte[] bytes, Class<T> type, String which) {
        try {
            Optional<T> message = Optional.of(Json.read(bytes, type));
            Json.read(new String(bytes, StandardCharsets.UTF_8), type);
            return message;
        } catch (MalformedException _) {
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(which, e);
        }
    }
}
