package dev.berth.account;

import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/**
 * Who may see and change what belongs to an account. Owners and the account's reseller may do both; staff see everything
 * and change through the staff API, where they give a reason.
 */
@ApplicationScoped
public class Tenancy {
    private static final String OWN =
            "SELECT m.account_id FROM membership m WHERE m.subject = ? UNION ALL SELECT a.id FROM account a"
                    + " JOIN membership r ON r.account_id = a.reseller_id WHERE r.subject = ?";

    private final Database database;

    Tenancy(Database database) {
        this.database = database;
    }

    /**
     * A condition for a WHERE clause with its values.
     *
     * @param values in the order of the question marks
     */
    public record Filter(String sql, List<Object> values) {
        public Filter {
            values = List.copyOf(values);
        }
    }

    /** Rows whose account column the caller may see. */
    public Filter visible(Caller caller, String column) {
        if (caller.staff()) {
            return new Filter("1 = 1", List.of());
        }
        return new Filter(column + " IN (" + OWN + ")", List.of(caller.subject(), caller.subject()));
    }

    public boolean maySee(Caller caller, UUID accountId) {
        return caller.staff() || mayChange(caller, accountId);
    }

    public boolean mayChange(Caller caller, UUID accountId) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM (" + OWN + ") own WHERE own.account_id = ?",
                        caller.subject(),
                        caller.subject(),
                        accountId)
                > 0;
    }

    /** @throws Problem 404 naming {@code what}, as if it were not there */
    public void requireSee(Caller caller, UUID accountId, String what) {
        if (!maySee(caller, accountId)) {
            throw Problem.notFound(what);
        }
    }

    /** @throws Problem 404 for a stranger, 403 for staff, who have their own way */
    public void requireChange(Caller caller, UUID accountId, String what) {
        if (mayChange(caller, accountId)) {
            return;
        }
        if (caller.staff()) {
            throw Problem.forbidden("Staff change this through the staff API, with a reason.");
        }
        throw Problem.notFound(what);
    }

    /** @throws Problem 403 */
    public static void requireStaff(Caller caller) {
        if (!caller.staff()) {
            throw Problem.forbidden("This is for staff.");
        }
    }
}
