package dev.berth.resale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.account.AccountService;
import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.catalog.CatalogService;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.NewGrant;
import dev.berth.order.FeePreview;
import dev.berth.order.PaymentCheck;
import dev.berth.order.PaymentCheck.More;
import dev.berth.order.PaymentMethod;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What credit must cover: the prices of the bill that a reseller's customer gets, so the house's until the reseller's terms hold for it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class RetailCreditTest {
    private static final Caller ADA = new Caller("user:ada", "Ada", "", Set.of(Role.ADMIN));

    @Inject
    PaymentCheck check;

    @Inject
    FeePreview fees;

    @Inject
    AccountService accounts;

    @Inject
    CatalogService plans;

    @Inject
    AddOnCatalog addOns;

    @Inject
    LedgerService ledger;

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private UUID reseller = new UUID(0, 0);
    private UUID customer = new UUID(0, 0);
    private UUID retail = new UUID(0, 0);
    private UUID dearer = new UUID(0, 0);

    /** On a plan of 4.00 that the reseller pays 2.00 for. The dearer one costs 7.00 and 2.50. */
    @BeforeEach
    void aCustomersServer() {
        String caller = "client:r-" + UUID.randomUUID() + ";reseller";
        reseller = UUID.fromString(Given.accountOf(caller));
        customer = Given.customerOf(caller);
        retail = retail("2", "4");
        dearer = retail("2.50", "7");
        seed.subscription(seed.vps(customer, seed.node(), retail), customer, retail, clock.instant(), Optional.empty());
    }

    private UUID retail(String below, String above) {
        UUID wholesale = seed.planVersion("EUR");
        seed.tariffLine(wholesale, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, below));
        UUID version = seed.retailVersion(reseller, wholesale);
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, above));
        return version;
    }

    /** An add-on of the reseller's, and a version of it. */
    private AddOn addOn(String below, String above) {
        UUID house = UUID.randomUUID();
        UUID ours = UUID.randomUUID();
        for (UUID id : new UUID[] {house, ours}) {
            boolean own = id.equals(ours);
            database.update(
                    "INSERT INTO add_on (id, slug, name, summary, kind, quantity, most, position, listed, owner_id,"
                            + " wholesale_id) VALUES (?, ?, 'Care', '', 'OTHER', 1, 10, 1, FALSE, ?, ?)",
                    id,
                    id,
                    own ? Optional.of(reseller) : Optional.empty(),
                    own ? Optional.of(house) : Optional.empty());
            database.update(
                    "INSERT INTO add_on_version (id, add_on_id, version, valid_from, currency, monthly_price,"
                            + " setup_price, wholesale_version_id) VALUES (?, ?, 1, ?, 'EUR', ?, 0.10, ?)",
                    id,
                    id,
                    Instant.EPOCH,
                    new BigDecimal(own ? above : below),
                    own ? Optional.of(house) : Optional.empty());
        }
        return addOns.byVersion(ours);
    }

    private void credit(String amount) {
        ledger.grantCredit(ADA, customer, new NewGrant(amount, "welcome"));
    }

    private String another() {
        return check.refusal(accounts.byId(customer), plans.byVersion(retail), PaymentMethod.CREDIT)
                .orElse("may");
    }

    private String dearer() {
        return check.refusalOfChange(
                        accounts.byId(customer), plans.byVersion(retail), plans.byVersion(dearer), PaymentMethod.CREDIT)
                .orElse("may");
    }

    private String more(AddOn addOn, int had, int wanted) {
        return check.refusalOfMore(accounts.byId(customer), new More(addOn, had, addOn, wanted), PaymentMethod.CREDIT)
                .orElse("may");
    }

    private static String refused(String credit, String needed) {
        return "The credit of %s EUR does not cover %s EUR for the first month.".formatted(credit, needed);
    }

    private void had(AddOn addOn, int units) {
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units, new_units,"
                        + " valid_from) SELECT ?, id, account_id, ?, ?, ?, 0, ? FROM vps WHERE account_id = ?",
                UUID.randomUUID(),
                addOn.id(),
                addOn.versionId(),
                units,
                clock.instant(),
                customer);
    }

    /** Fees to the end of the month under way. */
    private BigDecimal rest(AddOn addOn) {
        return fees.rest(customer, addOn, 1_000).fees().decimal();
    }

    @Test
    void whatIsShownToTheEndOfTheMonthIsWhatIsBilled() {
        AddOn care = addOn("1.00", "5.00");
        BigDecimal house = rest(care);
        // what is left of the month's last minutes is a cent, too
        UUID dear = retail("2000", "4000");
        BigDecimal plan = fees.rest(customer, plans.byVersion(dear)).fees().decimal();
        seed.terms(reseller, clock.instant().minus(Duration.ofDays(40)));

        assertTrue(rest(care).compareTo(house.multiply(BigDecimal.valueOf(4))) > 0);
        assertTrue(fees.rest(customer, plans.byVersion(dear)).fees().decimal().compareTo(plan) > 0);
        assertEquals(care, fees.paid(customer, care));
    }

    /** Their first month began before them, so the house bills it. */
    @Test
    void beforeTermsHoldTheHousesPricesCount() {
        seed.terms(reseller, clock.instant());
        AddOn care = addOn("1.00", "5.00");
        credit("2.30");

        assertEquals(refused("2.30", "4.00"), another());
        assertEquals(refused("2.30", "2.50"), dearer());
        assertEquals(refused("2.30", "3.10"), more(care, 0, 1));
        credit("1.80");
        assertEquals("may", another());
        assertEquals("may", dearer());
        assertEquals("may", more(care, 0, 1));
        had(care, 2);
        assertEquals(refused("4.10", "6.00"), another());
        assertEquals(refused("4.10", "5.10"), more(care, 2, 3));
        assertEquals("may", more(care, 2, 1));
    }

    @Test
    void onceTheyHoldTheResellersDo() {
        seed.terms(reseller, clock.instant().minus(Duration.ofDays(40)));
        AddOn care = addOn("1.00", "5.00");
        credit("6.90");

        assertEquals(refused("6.90", "8.00"), another());
        assertEquals(refused("6.90", "7.00"), dearer());
        assertEquals(refused("6.90", "9.10"), more(care, 0, 1));
        had(care, 2);
        assertEquals(refused("6.90", "18.00"), another());
    }

    @Test
    void whoseResellerHasNoTermsPaysTheHouse() {
        credit("4.00");

        assertEquals("may", another());
    }
}
