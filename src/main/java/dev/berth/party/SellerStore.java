package dev.berth.party;

import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sellers with their versions. */
@ApplicationScoped
class SellerStore {
    /** Who wrote a version. */
    enum Origin {
        CONFIGURATION,
        PERSON
    }

    private static final String SELECT =
            "SELECT s.account_id, v.seller_key, v.version, v.valid_from, v.origin, v.name, v.street, v.postal_code, v.city,"
                    + " v.country, v.vat_id, v.tax_number, v.vat_scheme, v.one_stop_shop, v.home_basis_points, v.payment,"
                    + " v.iban, v.bic, v.series, v.due_days, v.mail_sender"
                    + " FROM seller s JOIN seller_version v ON v.seller_key = s.seller_key";
    private static final String NEWEST =
            " AND v.version = (SELECT MAX(w.version) FROM seller_version w WHERE w.seller_key = s.seller_key";

    private final Database database;

    SellerStore(Database database) {
        this.database = database;
    }

    /** The version that holds at an instant. */
    Optional<Seller> at(String key, Instant at) {
        return database.one(
                SELECT + " WHERE s.seller_key = ?" + NEWEST + " AND w.valid_from <= ?)", Seller::of, key, at);
    }

    Optional<Seller> version(String key, int version) {
        return database.one(SELECT + " WHERE s.seller_key = ? AND v.version = ?", Seller::of, key, version);
    }

    /** The version of an account's seller that holds at an instant. */
    Optional<Seller> ofAccount(UUID account, Instant at) {
        return database.one(
                SELECT + " WHERE s.account_id = ?" + NEWEST + " AND w.valid_from <= ?)", Seller::of, account, at);
    }

    /** Whether a reseller's wholesale terms have begun. */
    boolean resells(UUID reseller, Instant at) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM wholesale_terms WHERE reseller_id = ? AND begins_at <= ?",
                        reseller,
                        at)
                == 1;
    }

    /** @param origin who wrote it */
    record Written(Seller seller, Origin origin) {}

    /** The last version, also when it holds only later. */
    Optional<Written> last(String key) {
        return database.one(
                SELECT + " WHERE s.seller_key = ?" + NEWEST + ")",
                row -> new Written(Seller.of(row), row.constant("origin", Origin.class)),
                key);
    }

    List<Seller> versions(String key, int limit) {
        return database.list(
                SELECT + " WHERE s.seller_key = ? ORDER BY v.version DESC LIMIT ?", Seller::of, key, limit);
    }

    /** The last version of each, the operator's first. */
    List<Seller> all(int limit) {
        return database.list(
                SELECT + " WHERE 1 = 1" + NEWEST + ") ORDER BY s.account_id IS NOT NULL, v.name, s.seller_key LIMIT ?",
                Seller::of,
                limit);
    }

    /** @return whether it was not there */
    boolean make(String key, Optional<UUID> account, Instant at) {
        return database.update(
                        "INSERT IGNORE INTO seller (seller_key, account_id, created_at) VALUES (?, ?, ?)",
                        key,
                        account,
                        at)
                == 1;
    }

    /** @throws Problem 409 when the series is another seller's */
    void takeSeries(String key, String series) {
        database.update("INSERT IGNORE INTO seller_series (series, seller_key) VALUES (?, ?)", series, key);
        boolean own = database.number(
                        "SELECT COUNT(*) AS n FROM seller_series WHERE series = ? AND seller_key = ?", series, key)
                == 1;
        if (!own) {
            throw Problem.conflict("series-taken", "Another seller's invoice numbers begin with " + series + ".");
        }
    }

    /** @return whether nobody wrote this version before */
    boolean write(Seller s, Origin origin) {
        try {
            database.update(
                    "INSERT INTO seller_version (seller_key, version, valid_from, origin, name, street, postal_code, city,"
                            + " country, vat_id, tax_number, vat_scheme, one_stop_shop, home_basis_points, payment, iban,"
                            + " bic, series, due_days, mail_sender)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    s.key(),
                    s.version(),
                    s.validFrom(),
                    origin,
                    s.name(),
                    s.address().storedStreet(),
                    s.address().postalCode(),
                    s.address().city(),
                    s.address().country().code(),
                    s.vat().id(),
                    s.vat().taxNumber(),
                    s.vat().scheme(),
                    s.vat().oneStopShop(),
                    s.vat().homeBasisPoints(),
                    s.terms().payment(),
                    s.terms().iban(),
                    s.terms().bic(),
                    s.terms().series(),
                    s.terms().dueDays(),
                    s.terms().mailSender());
            return true;
        } catch (DatabaseException e) {
            if (e.duplicateKey().isPresent()) {
                return false;
            }
            throw e;
        }
    }
}
