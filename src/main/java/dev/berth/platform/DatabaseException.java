package dev.berth.platform;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the database refused, with the constraint's name where one was broken. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int DUPLICATE = 1062;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;
    private static final int CHECK_FAILED = 4025;
    /** The server is shutting down; the connection was ended by another. */
    private static final Set<Integer> ENDED = Set.of(1053, 1927);
    /** SQLSTATE class of connection exceptions (ISO 9075). */
    private static final String CONNECTION = "08";

    private static final Pattern KEY = Pattern.compile("for key '(?:\\w+\\.)?(\\w+)'");
    private static final Pattern CHECK = Pattern.compile("CONSTRAINT `(?:\\w+\\.)?(\\w+)` failed");

    private final int errorCode;
    private final boolean connectionLost;

    DatabaseException(SQLException cause) {
        super(cause.getMessage(), cause);
        this.errorCode = cause.getErrorCode();
        this.connectionLost =
                ENDED.contains(errorCode) || String.valueOf(cause.getSQLState()).startsWith(CONNECTION);
    }

    /** Worth trying the whole transaction again. */
    public boolean retryable() {
        return errorCode == DEADLOCK || errorCode == LOCK_WAIT_TIMEOUT;
    }

    /** Nothing was refused: the database was not there any more, and nobody knows what it did last. */
    public boolean connectionLost() {
        return connectionLost;
    }

    /** The unique key that the row breaks. */
    public Optional<String> duplicateKey() {
        return errorCode == DUPLICATE ? find(KEY) : Optional.empty();
    }

    /** The CHECK that the row breaks. */
    public Optional<String> brokenCheck() {
        return errorCode == CHECK_FAILED ? find(CHECK) : Optional.empty();
    }

    private Optional<String> find(Pattern pattern) {
        Matcher matcher = pattern.matcher(String.valueOf(getMessage()));
        return Optional.of(matcher.find() ? matcher.group(1) : "");
    }
}
