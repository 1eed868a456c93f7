package dev.berth.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils JSON messages, by a seed: values of other types and sizes, fields left out, bytes changed. The other half has its twin. */
final class Mutator {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1.5",
            "1e400",
            "-9223372036854775808",
            "9".repeat(400),
            "\"\"",
            "\"\\u0000\\n\"",
            "\"" + "x".repeat(70_000) + "\"",
            "[]",
            "{}",
            "[null]",
            "[[[]]]",
            "{\"a\":1}",
            "\"../../etc\"",
            "\"10.0.0.1\"");

    private final Random random;

    Mutator(long seed) {
        this.random = new Random(seed);
    }

    byte[] spoil(byte[] message) throws IOException {
        return random.nextInt(3) == 0 ? bytes(message) : tree(message);
    }

    private byte[] tree(byte[] message) throws IOException {
        JsonNode root = MAPPER.readTree(message);
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<JsonNode> parents = new ArrayList<>();
            collect(root, parents);
            if (parents.isEmpty()) {
                return text(value());
            }
            change(parents.get(random.nextInt(parents.size())));
        }
        return random.nextInt(100) == 0 ? text(value()) : MAPPER.writeValueAsBytes(root);
    }

    private static void collect(JsonNode node, List<JsonNode> parents) {
        if (node.isContainerNode() && !node.isEmpty()) {
            parents.add(node);
            node.forEach(child -> collect(child, parents));
        }
    }

    private void change(JsonNode parent) throws IOException {
        int at = random.nextInt(parent.size());
        if (parent instanceof ObjectNode object) {
            String name = List.copyOf(object.properties()).get(at).getKey();
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, MAPPER.readTree(value()));
            }
        } else if (parent instanceof ArrayNode array && random.nextInt(3) == 0) {
            for (int i = 0; i < 2_000; i++) {
                array.add(array.get(at));
            }
        } else if (parent instanceof ArrayNode array) {
            array.set(at, MAPPER.readTree(value()));
        }
    }

    private String value() {
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    private byte[] bytes(byte[] message) {
        int from = random.nextInt(message.length);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(message, from);
            case 1 -> text("[".repeat(100_000));
            case 2 -> {
                byte[] noise = new byte[random.nextInt(2_000)];
                random.nextBytes(noise);
                yield noise;
            }
            default -> {
                byte[] changed = message.clone();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                yield changed;
            }
        };
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
