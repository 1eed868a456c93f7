package dev.berth.platform;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The API page works under the policy: each of its own inline scripts is allowed by its hash and no other is. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ApiDocsTest {
    private static final Pattern INLINE = Pattern.compile("<script(?![^>]*src=)[^>]*>(.*?)</script>", Pattern.DOTALL);

    @Test
    void inlineScriptsAreKnownByHash() {
        var answer = given().get("/api/docs/").then().statusCode(200).extract();
        String policy = answer.header("Content-Security-Policy");
        List<String> refused = new ArrayList<>();
        Matcher scripts = INLINE.matcher(answer.asString());
        while (scripts.find()) {
            byte[] digest = Hashes.sha256().digest(scripts.group(1).getBytes(StandardCharsets.UTF_8));
            String source = "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
            if (!policy.contains(source)) {
                refused.add(source + " " + scripts.group(1));
            }
        }
        assertEquals(List.of(), refused);
    }
}
