package dev.berth.vps;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Patterns;
import dev.berth.contract.UserData;
import dev.berth.platform.InputFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Host name and keys as they come from outside, checked. */
public final class VpsIdentity {
    private VpsIdentity() {}

    public static String hostname(InputFaults faults, @Nullable String text) {
        String hostname = faults.text("hostname", text, 63).toLowerCase(Locale.ROOT);
        faults.check(
                hostname.isEmpty() || Patterns.HOSTNAME.matcher(hostname).matches(),
                "hostname",
                "must be a host name: letters, digits and hyphens, at most 63 characters");
        return hostname;
    }

    /** What the first boot is told; nothing typed is nothing told. */
    public static Optional<UserData> userData(InputFaults faults, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> fault = UserData.fault(text);
        fault.ifPresent(message -> faults.add("userData", message));
        return fault.isPresent() ? Optional.empty() : Optional.of(new UserData(text));
    }

    /** Lines as {@code authorized_keys} has them. */
    public static List<String> keys(InputFaults faults, @Nullable List<@Nullable String> texts) {
        List<String> lines = new ArrayList<>();
        if (texts == null || texts.isEmpty()) {
            faults.add("sshKeys", "is missing: without a key nobody could log in");
            return lines;
        }
        if (!faults.check(
                texts.size() <= ContextSpec.MAX_SSH_KEYS,
                "sshKeys",
                "has more than %d keys".formatted(ContextSpec.MAX_SSH_KEYS))) {
            return lines;
        }
        for (int i = 0; i < texts.size(); i++) {
            SshKey.Parsed parsed = SshKey.parse(texts.get(i));
            faults.check(parsed.key().isPresent(), "sshKeys[%d]".formatted(i), parsed.fault());
            parsed.key().ifPresent(key -> lines.add(key.line()));
        }
        return lines;
    }
}
