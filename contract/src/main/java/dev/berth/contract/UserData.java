package dev.berth.contract;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a context's first boot is told by its owner: cloud-init's user-data, such as a {@code #cloud-config} or a script. It may hold
 * secrets, and is in no message and no {@code toString}.
 *
 * @param text at most {@link #MAX_BYTES} in UTF-8, of printable characters, tabs and ends of lines
 */
public record UserData(String text) {
    /** The size that providers of old allow, too. */
    public static final int MAX_BYTES = 16 << 10;

    public UserData {
        Faults faults = new Faults("user-data");
        fault(text).ifPresent(fault -> faults.check(false, () -> "text " + fault));
        faults.throwIfAny();
    }

    /** What is wrong with a text, for a person, without the text; empty when nothing is. */
    public static Optional<String> fault(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.of("is missing");
        }
        // A text of more characters has more bytes: it need not be encoded to know that.
        long bytes = text.length() > MAX_BYTES ? text.length() : bytes(text);
        if (bytes < 0) {
            return Optional.of("is not UTF-8");
        }
        if (bytes > MAX_BYTES) {
            return Optional.of("has more than %d bytes".formatted(MAX_BYTES));
        }
        return text.chars().allMatch(UserData::printable)
                ? Optional.empty()
                : Optional.of("has control characters other than tabs and ends of lines");
    }

    /** Negative where half of a pair stands alone. */
    private static long bytes(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException _) {
            return -1;
        }
    }

    private static boolean printable(int character) {
        return !Character.isISOControl(character) || character == '\t' || character == '\n' || character == '\r';
    }

    @Override
    public String toString() {
        return "UserData[***]";
    }
}
