package dev.berth.invoice;

import dev.berth.invoice.Subscribed.Stay;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Who had which VPS on which plan, read from history. */
@ApplicationScoped
class SubscriptionStore {
    private static final String SELECT = select("s.valid_from");
    private static final String OVERLAPS = " AND s.valid_from < ? AND (s.valid_to IS NULL OR s.valid_to > ?)";

    /** Who is billed for which time: its own subscriptions, and a reseller's customers' since its terms have begun. */
    static final String BILLED = "SELECT account_id, valid_from, valid_to FROM subscription UNION ALL"
            + " SELECT t.reseller_id, GREATEST(b.valid_from, t.begins_at), b.valid_to FROM subscription b"
            + " JOIN account a ON a.id = b.account_id JOIN wholesale_terms t ON t.reseller_id = a.reseller_id"
            + " WHERE b.valid_to IS NULL OR b.valid_to > t.begins_at";

    private final Database database;

    private static String select(String from) {
        return "SELECT s.id, s.account_id, s.vps_id, v.hostname, v.node_id, s.plan_version_id, " + from
                + " AS billed_from, s.valid_to, COALESCE(s.begun_at, s.valid_from) AS begun,"
                + " (SELECT w.wholesale_version_id FROM plan_version w WHERE w.id = s.plan_version_id) AS wholesale,"
                + " v.generation, v.observed_state = 'GONE' AS gone, v.deleted_at,"
                + " (SELECT GROUP_CONCAT(CONCAT(y.node_id, '/', y.generation) ORDER BY y.left_at SEPARATOR ' ')"
                + " FROM vps_stay y WHERE y.vps_id = v.id) AS former"
                + " FROM subscription s JOIN vps v ON v.id = s.vps_id";
    }

    SubscriptionStore(Database database) {
        this.database = database;
    }

    List<Subscribed> ofAccount(AccountId account, Period period) {
        return database.list(
                SELECT + " WHERE s.account_id = ?" + OVERLAPS + " ORDER BY s.valid_from, s.id",
                SubscriptionStore::subscribed,
                account.value(),
                period.to(),
                period.from());
    }

    /**
     * When the reseller's prices begin for a customer: with the first of the customer's own billing periods that begins under the terms. What
     * is before is on the house's bill to the customer.
     */
    private static final String RESOLD = "GREATEST(t.begins_at, COALESCE((SELECT MAX(b.period_to) FROM billing_period b"
            + " WHERE b.account_id = c.id AND b.period_from < t.begins_at), t.begins_at))";

    /** Of a reseller's customers, each from when on its bills are the reseller's. */
    List<Subscribed> ofCustomers(AccountId reseller, Period period) {
        return database.list(
                select("GREATEST(s.valid_from, " + RESOLD + ")")
                        + " JOIN account c ON c.id = s.account_id JOIN wholesale_terms t ON t.reseller_id = c.reseller_id"
                        + " WHERE c.reseller_id = ?" + OVERLAPS + " ORDER BY s.valid_from, s.id",
                SubscriptionStore::subscribed,
                reseller.value(),
                period.to(),
                period.from());
    }

    /** @param servers VPS that it may be billed for */
    record Payer(AccountId account, long servers) {}

    /**
     * Who may be billed for VPS on a plan of the house: who had them on it, or on a reseller's plan over it, and resellers whose
     * terms begin by the end. Which of them is for which time, {@link Billed} knows. Who had them of a reseller whose terms held from the
     * start is billed for none of them by the house.
     *
     * @return those with most VPS first
     */
    List<Payer> payers(UUID plan, Period period) {
        Map<UUID, Long> servers = new HashMap<>();
        database.list(
                        "SELECT s.account_id, t.reseller_id, COALESCE(t.begins_at <= ?, FALSE) AS resold,"
                                + " COUNT(DISTINCT s.vps_id) AS n FROM subscription s"
                                + " JOIN plan_version v ON v.id = s.plan_version_id"
                                + " JOIN plan_version h ON h.id = COALESCE(v.wholesale_version_id, v.id)"
                                + " JOIN account a ON a.id = s.account_id"
                                + " LEFT JOIN wholesale_terms t ON t.reseller_id = a.reseller_id AND t.begins_at < ?"
                                + " WHERE h.plan_id = ?" + OVERLAPS + " GROUP BY s.account_id, t.reseller_id, resold",
                        row -> Map.entry(
                                Stream.concat(
                                                row.number("resold") == 1
                                                        ? Stream.empty()
                                                        : Stream.of(row.uuid("account_id")),
                                                row.optionalUuid("reseller_id").stream())
                                        .toList(),
                                row.number("n")),
                        period.from(),
                        period.to(),
                        plan,
                        period.to(),
                        period.from())
                .forEach(one -> one.getKey().forEach(payer -> servers.merge(payer, one.getValue(), Long::sum)));
        return servers.entrySet().stream()
                .sorted(Map.Entry.<UUID, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(one -> new Payer(new AccountId(one.getKey()), one.getValue()))
                .toList();
    }

    /** A time that somebody is billed for. */
    record Held(Instant from, Optional<Instant> to) {
        boolean touches(Period period) {
            return from.isBefore(period.to())
                    && to.filter(end -> !end.isAfter(period.from())).isEmpty();
        }
    }

    /** What these accounts are billed for: of their own, and of customers that they have wholesale terms for. */
    Map<AccountId, List<Held>> held(List<UUID> accounts) {
        Map<AccountId, List<Held>> held = new HashMap<>();
        database.list(
                        "SELECT DISTINCT s.account_id, s.valid_from, s.valid_to FROM (" + BILLED
                                + ") s WHERE s.account_id IN ("
                                + String.join(", ", Collections.nCopies(accounts.size(), "?")) + ")",
                        row -> Map.entry(
                                new AccountId(row.uuid("account_id")),
                                new Held(row.instant("valid_from"), row.optionalInstant("valid_to"))),
                        accounts.toArray())
                .forEach(one -> held.computeIfAbsent(one.getKey(), _ -> new ArrayList<>())
                        .add(one.getValue()));
        return held;
    }

    List<Subscribed> ofVps(UUID vpsId, Period period) {
        return database.list(
                SELECT + " WHERE s.vps_id = ?" + OVERLAPS + " ORDER BY s.valid_from, s.id",
                SubscriptionStore::subscribed,
                vpsId,
                period.to(),
                period.from());
    }

    /** When a subscription began, whoever had it. */
    Optional<Instant> begun(SubscriptionId subscription) {
        return database.one(
                "SELECT COALESCE(begun_at, valid_from) AS begun FROM subscription WHERE id = ?",
                row -> row.instant("begun"),
                subscription.value());
    }

    private static Stay stay(String text) {
        int slash = text.indexOf('/');
        return new Stay(
                new NodeId(UUID.fromString(text.substring(0, slash))), Long.parseLong(text.substring(slash + 1)));
    }

    private static Subscribed subscribed(Row row) {
        return new Subscribed(
                new SubscriptionId(row.uuid("id")),
                new AccountId(row.uuid("account_id")),
                row.uuid("vps_id"),
                row.text("hostname"),
                new NodeId(row.uuid("node_id")),
                row.optionalText("former").stream()
                        .flatMap(text -> Stream.of(text.split(" ", -1)))
                        .map(SubscriptionStore::stay)
                        .toList(),
                row.uuid("plan_version_id"),
                row.instant("begun"),
                row.instant("billed_from"),
                row.optionalInstant("valid_to"),
                row.number("generation"),
                row.number("gone") == 1,
                row.optionalInstant("deleted_at"),
                row.optionalUuid("wholesale"));
    }
}
