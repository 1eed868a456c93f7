package dev.berth;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The committed description of the API holds: nothing a client may rely on is taken away, nothing new is asked of it. With
 * {@code -Dberth.openapi.write=true} the file is written anew, unless a client would break.
 */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class OpenApiTest {
    private static final Path COMMITTED = Path.of("src/main/openapi/berth-v1.json");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final List<String> broken = new ArrayList<>();
    private final Set<String> compared = new TreeSet<>();
    private JsonNode then = JSON.createObjectNode();
    private JsonNode today = JSON.createObjectNode();

    private static JsonNode generated() throws IOException {
        return JSON.readTree(given().queryParam("format", "json")
                .get("/api/openapi")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray());
    }

    @Test
    void noClientBreaks() throws IOException {
        JsonNode now = generated();
        JsonNode before = JSON.readTree(COMMITTED.toFile());
        then = before;
        today = now;
        for (Map.Entry<String, JsonNode> path : before.path("paths").properties()) {
            path.getValue().properties().stream()
                    .filter(call -> call.getValue().has("responses"))
                    .forEach(call -> {
                        String name = call.getKey() + " " + path.getKey();
                        call(
                                name,
                                call.getValue(),
                                now.path("paths").path(path.getKey()).path(call.getKey()));
                    });
        }
        assertEquals(List.of(), broken);
        if (Boolean.getBoolean("berth.openapi.write")) {
            Files.writeString(COMMITTED, JSON.writeValueAsString(now) + "\n");
        }
    }

    @Test
    void everythingOfTheApiIsDescribed() throws IOException {
        Set<String> paths = new TreeSet<>();
        generated().path("paths").fieldNames().forEachRemaining(paths::add);
        assertEquals(true, paths.containsAll(Set.of("/api/v1/orders", "/api/v1/vps/{id}", "/api/v1/operations/{id}")));
    }

    private void call(String name, JsonNode before, JsonNode now) {
        if (now.isMissingNode()) {
            broken.add(name + " is gone");
            return;
        }
        before.path("responses").fieldNames().forEachRemaining(status -> {
            if (!now.path("responses").has(status)) {
                broken.add(name + " does not answer " + status + " any more");
            }
            body(
                    name + " " + status,
                    before.path("responses").path(status),
                    now.path("responses").path(status));
        });
        body(name + " request", before.path("requestBody"), now.path("requestBody"));
        for (JsonNode parameter : now.path("parameters")) {
            boolean asked = parameter.path("required").asBoolean();
            if (asked && !required(before, parameter.path("name").asText())) {
                broken.add(name + " asks for " + parameter.path("name").asText());
            }
        }
    }

    private static boolean required(JsonNode call, String parameter) {
        for (JsonNode known : call.path("parameters")) {
            if (known.path("name").asText().equals(parameter)) {
                return known.path("required").asBoolean();
            }
        }
        return false;
    }

    private void body(String name, JsonNode before, JsonNode now) {
        before.path("content")
                .properties()
                .forEach(type -> schema(
                        name,
                        type.getValue().path("schema"),
                        now.path("content").path(type.getKey()).path("schema")));
    }

    /** Compares what is meant, not how the generator calls it: it numbers schemas whose classes have the same name. */
    private void schema(String name, JsonNode written, JsonNode generated) {
        JsonNode before = resolved(then, written);
        JsonNode now = resolved(today, generated);
        if (!compared.add(
                written.path("$ref").asText(name) + " " + generated.path("$ref").asText(name))) {
            return;
        }
        if (!before.path("type").equals(now.path("type"))) {
            broken.add(name + " has another type");
        }
        Set<String> values = new TreeSet<>();
        now.path("enum").forEach(value -> values.add(value.asText()));
        before.path("enum").forEach(value -> {
            if (!values.contains(value.asText())) {
                broken.add(name + " lost the value " + value.asText());
            }
        });
        if (before.has("items")) {
            schema(name + "[]", before.path("items"), now.path("items"));
        }
        before.path("properties").properties().forEach(property -> {
            String part = name + "." + property.getKey();
            if (now.path("properties").has(property.getKey())) {
                schema(part, property.getValue(), now.path("properties").path(property.getKey()));
            } else {
                broken.add(part + " is gone");
            }
        });
    }

    private static JsonNode resolved(JsonNode api, JsonNode schema) {
        String reference = schema.path("$ref").asText("");
        String name = reference.substring(reference.lastIndexOf('/') + 1);
        return reference.isEmpty()
                ? schema
                : api.path("components").path("schemas").path(name);
    }
}
