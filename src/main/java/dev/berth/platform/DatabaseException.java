package dev.berth.platform;

import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the database refused, with the constraint's name where one was broken. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int DUPLICATE = 1062;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;
    private static final int CHECK_FAILED = 4025;
    private static final Pattern KEY = Pattern.compile("for key '(?:\\w+\\.)?(\\w+)'");
    private static final Pattern CHECK = Pattern.compile("CONSTRAINT `(?:\\w+\\.)?(\\w+)` failed");

    private final int errorCode;

    DatabaseException(SQLException cause) {
        super(cause.getMessage(), cause);
        this.errorCode = cause.getErrorCode();
    }

    /** Worth trying the whole transaction again. */
    public boolean retryable() {
        return errorCode == DEADLOCK || errorCode == LOCK_WAIT_TIMEOUT;
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
