package dev.berth.party;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.party.VatRegister.Answer.Said;
import dev.berth.party.VatRegister.Answer.Silent;
import dev.berth.tax.VatId;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * VIES, the European Commission's register, by its REST interface: {@code POST check-vat-number}. It asks the register of the
 * id's country, which may be closed for the night; then it answers with an error and nothing is known.
 */
@ApplicationScoped
class ViesRegister implements VatRegister {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final long MAX_BYTES = 64 * 1024;
    private static final int MAX_TEXT = 100;
    /** What it says where a country does not tell. */
    private static final String UNTOLD = "---";

    private final Optional<URI> address;
    private final ObjectMapper json;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(Redirect.NEVER)
            .build();

    /** @param address such as {@code https://ec.europa.eu/taxation_customs/vies/rest-api}; without it nobody is asked */
    ViesRegister(@ConfigProperty(name = "berth.vat.register") Optional<URI> address, ObjectMapper json) {
        this.address = address;
        this.json = json;
    }

    @Override
    public boolean reachable() {
        return address.isPresent();
    }

    @Override
    public Answer ask(VatId id, Optional<VatId> asker) {
        if (address.isEmpty()) {
            return new Silent("no register is configured");
        }
        ObjectNode question = json.createObjectNode();
        question.put("countryCode", id.prefix()).put("vatNumber", id.number());
        asker.ifPresent(
                own -> question.put("requesterMemberStateCode", own.prefix()).put("requesterNumber", own.number()));
        HttpRequest request = HttpRequest.newBuilder(URI.create(address.get() + "/check-vat-number"))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(question.toString()))
                .build();
        try {
            return read(client.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BYTES)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Silent("the question was interrupted");
        } catch (IOException e) {
            return new Silent("no connection: " + e.getClass().getSimpleName());
        }
    }

    private Answer read(HttpResponse<String> response) {
        try {
            JsonNode body = json.readTree(response.body());
            JsonNode valid = body.path("valid");
            if (response.statusCode() == 200 && valid.isBoolean()) {
                return new Said(valid.booleanValue(), text(body, "name"), text(body, "requestIdentifier"));
            }
            String error = body.path("errorWrappers").path(0).path("error").asText("no answer");
            return new Silent("HTTP %d: %s".formatted(response.statusCode(), cut(error)));
        } catch (JsonProcessingException e) {
            return new Silent("HTTP %d: not JSON".formatted(response.statusCode()));
        }
    }

    private static Optional<String> text(JsonNode body, String field) {
        String text = cut(body.path(field).asText(""));
        return text.isEmpty() || text.equals(UNTOLD) ? Optional.empty() : Optional.of(text);
    }

    private static String cut(String text) {
        String plain = text.replaceAll("\\p{Cntrl}+", " ").trim();
        return plain.length() <= MAX_TEXT ? plain : plain.substring(0, MAX_TEXT);
    }
}
