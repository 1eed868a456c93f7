package dev.berth.testing;

import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Rows that a test of money stands on, made directly: what is tested is not how they come to be. */
@ApplicationScoped
public class Seed {
    private final Database database;
    private final InstantSource clock;

    Seed(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    public UUID account() {
        return account("EUR");
    }

    public UUID account(String currency) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO account (id, kind, name, email, currency, created_at) VALUES (?, 'CUSTOMER', ?, ?, ?, ?)",
                id,
                "Customer " + id,
                "c@example.org",
                currency,
                clock.instant());
        return id;
    }

    public UUID node() {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO node (id, name, state, cpu_milli, memory_bytes, disk_bytes, created_at)"
                        + " VALUES (?, ?, 'ACTIVE', 8000, 8000000000, 80000000000, ?)",
                id,
                "n" + id.toString().substring(19),
                clock.instant());
        return id;
    }

    /** A plan version without prices. */
    public UUID planVersion(String currency) {
        UUID plan = Ids.next(clock);
        UUID version = Ids.next(clock);
        database.update(
                "INSERT INTO plan (id, slug, name, summary, position, listed) VALUES (?, ?, 'Test plan', '', 0, FALSE)",
                plan,
                plan);
        database.update(
                "INSERT INTO plan_version (id, plan_id, version, valid_from, currency, cpu_baseline_milli,"
                        + " cpu_ceiling_milli, cpu_bank_millis, memory_bytes, processes, disk_bytes)"
                        + " VALUES (?, ?, 1, ?, ?, 250, 1000, 60000, 1, 1, 1)",
                version,
                plan,
                clock.instant(),
                currency);
        return version;
    }

    /**
     * @param included per month, in base units
     * @param cap of a month
     */
    public record Price(
            String model, Optional<String> meter, long included, long unit, String price, Optional<String> cap) {
        public Price(String model, Optional<String> meter, long included, long unit, String price) {
            this(model, meter, included, unit, price, Optional.empty());
        }
    }

    public void tariffLine(UUID version, int position, Price price) {
        database.update(
                "INSERT INTO tariff_line (plan_version_id, position, model, meter, label, included_quantity,"
                        + " unit_quantity, unit_label, unit_price, cap_price) VALUES (?, ?, ?, ?, ?, ?, ?, 'unit', ?, ?)",
                version,
                position,
                price.model(),
                price.meter(),
                "Line " + position,
                price.included(),
                price.unit(),
                new BigDecimal(price.price()),
                price.cap().map(BigDecimal::new));
    }

    public void tariffTier(UUID version, int position, int tier, Optional<Long> upTo, String price) {
        database.update(
                "INSERT INTO tariff_tier (plan_version_id, position, tier, up_to_quantity, unit_price)"
                        + " VALUES (?, ?, ?, ?, ?)",
                version,
                position,
                tier,
                upTo,
                new BigDecimal(price));
    }

    public UUID vps(UUID account, UUID node, UUID planVersion) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO image (id, digest, name, distribution, release_name, size_bytes, created_at)"
                        + " VALUES (?, ?, 'i', 'debian', '12', 1, ?)",
                id,
                "sha256:" + id.toString().replace("-", "").repeat(2),
                clock.instant());
        database.update(
                "INSERT INTO vps (id, account_id, node_id, plan_version_id, image_id, hostname, desired_state,"
                        + " observed_state, revision, created_at) VALUES (?, ?, ?, ?, ?, ?, 'RUNNING', 'RUNNING', ?, ?)",
                id,
                account,
                node,
                planVersion,
                id,
                "h" + id.toString().substring(24),
                1 + database.number("SELECT COUNT(*) AS n FROM vps"),
                clock.instant());
        return id;
    }

    /** Whose a VPS was, from then to then. */
    public UUID subscription(UUID vps, UUID account, UUID planVersion, Instant from, Optional<Instant> to) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO subscription (id, vps_id, account_id, plan_version_id, valid_from, valid_to)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                id,
                vps,
                account,
                planVersion,
                from,
                to);
        return id;
    }

    /** One unit of an add-on of its own, with a monthly price and no set-up. */
    public UUID addOn(UUID vps, UUID account, String monthly, Instant from) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO add_on (id, slug, name, summary, kind, quantity, most, position, listed)"
                        + " VALUES (?, ?, 'Care', '', 'OTHER', 1, 10, 1, FALSE)",
                id,
                id);
        database.update(
                "INSERT INTO add_on_version (id, add_on_id, version, valid_from, currency, monthly_price)"
                        + " VALUES (?, ?, 1, ?, 'EUR', ?)",
                id,
                id,
                from,
                new BigDecimal(monthly));
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units, new_units,"
                        + " valid_from) VALUES (?, ?, ?, ?, ?, 1, 1, ?)",
                id,
                vps,
                account,
                id,
                id,
                from);
        return id;
    }

    /** What an account is billed as from then on, in its next version. */
    public void billingProfile(UUID account, Instant from, String country, Optional<String> vatId, String zone) {
        database.update(
                "INSERT INTO billing_profile (account_id, version, valid_from, legal_name, street, postal_code, city,"
                        + " country, vat_id, language, time_zone, actor)"
                        + " VALUES (?, ?, ?, 'Buyer & Co', '2 Pier', '1000', 'Harbour', ?, ?, 'en', ?, 'test')",
                account,
                1 + database.number("SELECT COUNT(*) AS n FROM billing_profile WHERE account_id = ?", account),
                from,
                country,
                vatId,
                zone);
    }

    /** In which language an account is written to from then on. */
    public void language(UUID account, Instant from, String language) {
        database.update(
                "INSERT INTO billing_profile (account_id, version, valid_from, legal_name, street, postal_code, city,"
                        + " country, language, time_zone, actor)"
                        + " VALUES (?, ?, ?, 'Buyer & Co', '2 Pier', '1000', 'Harbour', 'DE', ?, 'UTC', 'test')",
                account,
                1 + database.number("SELECT COUNT(*) AS n FROM billing_profile WHERE account_id = ?", account),
                from,
                language);
    }

    /** What a register said of an account's VAT id. */
    public void vatIdChecked(UUID account, String vatId, boolean valid, Instant at) {
        database.update(
                "INSERT INTO vat_id_check (account_id, vat_id, checked_at, source, valid, reference, actor)"
                        + " VALUES (?, ?, ?, 'VIES', ?, 'REF-1', 'test')",
                account,
                vatId,
                at,
                valid);
    }

    /** A version of a reseller's plan over one of the house's, without prices. */
    public UUID retailVersion(UUID reseller, UUID wholesale) {
        UUID plan = Ids.next(clock);
        UUID version = Ids.next(clock);
        database.update(
                "INSERT INTO plan (id, owner_id, slug, name, summary, position, listed)"
                        + " VALUES (?, ?, ?, 'Retail plan', '', 0, FALSE)",
                plan,
                reseller,
                plan);
        database.update(
                "INSERT INTO plan_version (id, plan_id, version, valid_from, currency, cpu_baseline_milli,"
                        + " cpu_ceiling_milli, cpu_bank_millis, memory_bytes, processes, disk_bytes, wholesale_version_id)"
                        + " SELECT ?, ?, 1, valid_from, currency, cpu_baseline_milli, cpu_ceiling_milli, cpu_bank_millis,"
                        + " memory_bytes, processes, disk_bytes, id FROM plan_version WHERE id = ?",
                version,
                plan,
                wholesale);
        return version;
    }

    /** Who issues the invoices of a reseller's customers. */
    public void seller(UUID reseller) {
        String series = "R" + reseller.toString().substring(28).toUpperCase(Locale.ROOT);
        database.update(
                "INSERT INTO seller (seller_key, account_id, created_at) VALUES (?, ?, ?)",
                reseller,
                reseller,
                Instant.EPOCH);
        database.update("INSERT INTO seller_series (series, seller_key) VALUES (?, ?)", series, reseller);
        database.update(
                "INSERT INTO seller_version (seller_key, version, valid_from, origin, name, street, postal_code, city,"
                        + " country, vat_scheme, one_stop_shop, payment, series, due_days)"
                        + " VALUES (?, 1, ?, 'PERSON', 'Reseller Ltd', '1 Pier', '1000', 'Harbour', 'DE', 'STANDARD', FALSE,"
                        + " '', ?, 14)",
                reseller,
                Instant.EPOCH,
                series);
    }

    /** Since when a reseller is billed for its customers; it has a seller then. */
    public void terms(UUID reseller, Instant begins) {
        seller(reseller);
        database.update(
                "INSERT INTO wholesale_terms (reseller_id, begins_at, decided_by, decided_at) VALUES (?, ?, 'test', ?)",
                reseller,
                begins,
                begins);
    }

    /** What surplus of a VPS may cost in a billing period, in cents, from then on. */
    public void surplusCap(UUID vps, UUID account, long cents, Instant from) {
        database.update(
                "INSERT INTO cpu_surplus_cap (id, vps_id, account_id, monthly_cap, currency, decided_by, valid_from)"
                        + " VALUES (?, ?, ?, ?, 'EUR', 'test', ?)",
                Ids.next(clock),
                vps,
                account,
                cents,
                from);
    }
}
