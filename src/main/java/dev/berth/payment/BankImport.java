package dev.berth.payment;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.payment.BankMatcher.Match;
import dev.berth.payment.Payment.Method;
import dev.berth.payment.Payment.Payer;
import dev.berth.payment.Receipts.Receipt;
import dev.berth.payment.bank.Camt053;
import dev.berth.payment.bank.NotCamt053;
import dev.berth.payment.bank.Statement;
import dev.berth.payment.bank.Statement.Entry;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Takes bank statements in. Each entry is a transaction of its own: its row, its payment and what that pays. A statement that
 * is sent again, or that a crash cut short, adds only what was not there; what is wrong with one entry stops no other.
 */
@ApplicationScoped
public class BankImport {
    private static final Logger LOG = Logger.getLogger(BankImport.class);

    private final BankMatcher matcher;
    private final Receipts receipts;
    private final BankSettings settings;
    private final Database database;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    BankImport(
            BankMatcher matcher,
            Receipts receipts,
            BankSettings settings,
            Database database,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.matcher = matcher;
        this.receipts = receipts;
        this.settings = settings;
        this.database = database;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What became of an entry. */
    private enum Taken {
        MATCHED,
        UNMATCHED,
        OUTGOING,
        KNOWN,
        FAILED
    }

    /**
     * What an import did.
     *
     * @param known entries that were there before
     * @param failed entries that could not be taken; sending the file again tries them again
     */
    public record Imported(int statements, int matched, int unmatched, int outgoing, int known, int failed) {}

    /** @throws Problem 422 for a file that is no camt.053, or of another bank account than the house's */
    public Imported take(Caller caller, byte[] file) {
        Tenancy.requireStaff(caller);
        List<Statement> statements = read(file);
        Map<Taken, Integer> counts = new EnumMap<>(Taken.class);
        for (Statement statement : statements) {
            UUID id = ensure(caller, statement);
            for (Entry entry : statement.entries()) {
                counts.merge(take(caller, statement, id, entry), 1, Integer::sum);
            }
        }
        Imported done = new Imported(
                statements.size(),
                counts.getOrDefault(Taken.MATCHED, 0),
                counts.getOrDefault(Taken.UNMATCHED, 0),
                counts.getOrDefault(Taken.OUTGOING, 0),
                counts.getOrDefault(Taken.KNOWN, 0),
                counts.getOrDefault(Taken.FAILED, 0));
        audit.record(
                caller,
                Deed.of(
                                "bank-statement.import",
                                "bank-statement",
                                statements.getFirst().id())
                        .with(done.toString()));
        return done;
    }

    private List<Statement> read(byte[] file) {
        try {
            List<Statement> statements = Camt053.read(file);
            for (Statement statement : statements) {
                if (settings.iban().isPresent()
                        && !compact(statement.account())
                                .equals(compact(settings.iban().get()))) {
                    throw Problem.invalid("file", "is of bank account " + statement.account() + ", which is not ours");
                }
            }
            return statements;
        } catch (NotCamt053 e) {
            Problem problem = Problem.invalid("file", e.why());
            problem.initCause(e);
            throw problem;
        }
    }

    private static String compact(String iban) {
        return iban.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
    }

    private UUID ensure(Caller caller, Statement statement) {
        return transactions.run(() -> {
            database.update(
                    "INSERT INTO bank_statement (id, bank_account, statement_ref, imported_by, imported_at)"
                            + " VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE imported_at = imported_at",
                    Ids.next(clock),
                    statement.account(),
                    statement.id(),
                    caller.subject(),
                    clock.instant());
            return database.one(
                            "SELECT id FROM bank_statement WHERE bank_account = ? AND statement_ref = ?",
                            row -> row.uuid("id"),
                            statement.account(),
                            statement.id())
                    .orElseThrow();
        });
    }

    private Taken take(Caller caller, Statement statement, UUID statementId, Entry entry) {
        try {
            return transactions.run(() -> {
                if (!insert(statement.account(), statementId, entry)) {
                    return Taken.KNOWN;
                }
                return entry.incoming() && entry.amount().isPositive()
                        ? book(caller, statement.account(), entry)
                        : Taken.OUTGOING;
            });
        } catch (RuntimeException e) {
            LOG.errorf(e, "entry %s of bank statement %s cannot be taken", entry.key(), statement.id());
            return Taken.FAILED;
        }
    }

    private boolean insert(String account, UUID statementId, Entry e) {
        try {
            database.update(
                    "INSERT INTO bank_entry (bank_account, entry_key, statement_id, booked_on, incoming, currency, amount,"
                            + " counterparty, counterparty_account, reference, remittance)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    account,
                    e.key(),
                    statementId,
                    e.bookedOn(),
                    e.incoming(),
                    e.amount().currency().getCurrencyCode(),
                    e.amount().minor(),
                    e.counterparty(),
                    e.counterpartyAccount(),
                    e.reference(),
                    e.remittance());
            return true;
        } catch (DatabaseException known) {
            if (known.duplicateKey().isPresent()) {
                return false;
            }
            throw known;
        }
    }

    private Taken book(Caller caller, String account, Entry entry) {
        Receipt receipt = new Receipt(
                Method.BANK_TRANSFER,
                account + "/" + entry.key(),
                entry.amount(),
                new Payer(entry.counterparty(), entry.counterpartyAccount(), text(entry)),
                start(entry.bookedOn()));
        Match match = matcher.match(entry);
        Optional<Payment> payment = match.target()
                .map(target -> receipts.book(caller, receipt, target))
                .orElseGet(() -> receipts.bookUnmatched(caller, receipt, match.reason()));
        UUID id = payment.orElseThrow(() -> new IllegalStateException("entry " + entry.key() + " was booked before"))
                .id();
        database.update(
                "UPDATE bank_entry SET payment_id = ? WHERE bank_account = ? AND entry_key = ?",
                id,
                account,
                entry.key());
        return match.target().isPresent() ? Taken.MATCHED : Taken.UNMATCHED;
    }

    private static Optional<String> text(Entry entry) {
        return entry.remittance().or(entry::reference);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
