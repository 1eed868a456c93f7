package dev.berth.contract;

import java.util.Objects;
import java.util.Optional;

/**
 * What else belongs to a context's life.
 *
 * @param passwordResets counter that looks like a command: the node sets root's password when it has not done the newest of them
 * @param passwordHash crypt(5) of that password, yescrypt or SHA-512; there exactly when there was a reset
 * @param userData what its first boot is told, and the first one of a disk that was begun anew; empty for nothing
 */
public record Life(long passwordResets, Optional<String> passwordHash, Optional<UserData> userData) {
    public Life {
        Faults faults = new Faults("life");
        faults.notNegative("passwordResets", passwordResets);
        Objects.requireNonNull(passwordHash, "passwordHash");
        // Its value is kept out of the message.
        passwordHash.ifPresent(hash -> faults.check(
                Patterns.PASSWORD_HASH.matcher(hash).matches(), () -> "passwordHash has not the right form"));
        faults.check(
                passwordHash.isPresent() == passwordResets > 0,
                () -> "passwordHash does not go with passwordResets %d".formatted(passwordResets));
        faults.present("userData", userData);
        faults.throwIfAny();
    }

    /** A first boot that is told nothing. */
    public Life(long passwordResets, Optional<String> passwordHash) {
        this(passwordResets, passwordHash, Optional.empty());
    }

    @Override
    public String toString() {
        return "Life[passwordResets=%d, passwordHash=***, userData=***]".formatted(passwordResets);
    }
}
