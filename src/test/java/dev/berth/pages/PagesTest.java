package dev.berth.pages;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** That every page renders, also where there is nothing to show yet, and that nobody sees what is not theirs. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PagesTest {
    private static ValidatableResponse open(String caller, String path) {
        return Given.browsing(caller).redirects().follow(false).get(path).then();
    }

    private static void shows(String caller, String path, String text) {
        open(caller, path).statusCode(200).contentType("text/html").body(containsString(text));
    }

    @Test
    void visitorsSeeThePlans() {
        given().get("/").then().statusCode(200).body(containsString("Plans"), containsString("Sign up"));
    }

    @Test
    void customersHaveEmptyPages() {
        String caller = Given.customer();

        shows(caller, "/home", "No server yet");
        shows(caller, "/order", "Order a VPS");
        shows(caller, "/billing", "No final invoice yet");
        shows(caller, "/account", "Who is billed");
    }

    @Test
    void staffHaveTheirDesk() {
        shows(Given.ADMIN, "/staff", "Nodes");
        shows(Given.ADMIN, "/staff/accounts", "Accounts");
        shows(Given.ADMIN, "/staff/vps", "VPS");
        shows(Given.ADMIN, "/staff/nodes", "Nodes");
        shows(Given.ADMIN, "/staff/bills", "The whole ledger");
        shows(Given.ADMIN, "/staff/mails", "Mail is not configured");
        shows(Given.ADMIN, "/staff/audit", "verified");
        shows(Given.ADMIN, "/staff/find", "Find");
        shows(Given.ADMIN, "/staff/find?q=nobody-has-this", "Nothing has");
    }

    @Test
    void customersSeeNoDesk() {
        open(Given.customer(), "/staff").statusCode(403).body(containsString("Not allowed"));
    }

    @Test
    void faultsArePagesWithTraceAndWayBack() {
        open(Given.customer(), "/vps/" + UUID.randomUUID())
                .statusCode(404)
                .body(containsString("trace id"), containsString("Go to my VPS"));
        given().get("/no-such-page").then().statusCode(404).body(containsString("Nothing here"));
    }

    @Test
    void orderFaultsAreNamedAtTheirFields() {
        Given.as(Given.customer())
                .contentType("application/x-www-form-urlencoded")
                .formParam("plan", "nothing")
                .formParam("hostname", "-")
                .formParam("sshKey", "ssh-ed25519 AAAA")
                .post("/order/review")
                .then()
                .statusCode(422)
                .body(containsString("Order a VPS"));
    }
}
