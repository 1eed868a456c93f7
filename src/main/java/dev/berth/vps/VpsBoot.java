package dev.berth.vps;

import dev.berth.contract.Boot;
import dev.berth.contract.Boot.Feature;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** With what a VPS is started, and when: what its owner chooses of what the operator allows. */
@ApplicationScoped
public class VpsBoot {
    private final Set<Feature> allowed;

    VpsBoot(@ConfigProperty(name = "berth.vps.features") Optional<List<String>> names) {
        allowed = names.orElse(List.of()).stream()
                .map(name -> Feature.valueOf(name.strip().toUpperCase(Locale.ROOT)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Feature.class)));
    }

    /** What owners may choose, in the order of the contract. */
    public List<Feature> allowed() {
        return List.copyOf(allowed);
    }

    /** Names as they are stored: in the order of the contract, separated by blanks. */
    String features(InputFaults faults, List<@Nullable String> names) {
        Set<Feature> wanted = EnumSet.noneOf(Feature.class);
        List<String> wrong = new ArrayList<>();
        for (String name : names) {
            Optional<Feature> feature = Arrays.stream(Feature.values())
                    .filter(each -> each.name().equals(name) && allowed.contains(each))
                    .findFirst();
            feature.ifPresentOrElse(wanted::add, () -> wrong.add(String.valueOf(name)));
        }
        faults.check(
                wrong.isEmpty(),
                "features",
                "has what cannot be chosen here; there are: " + (allowed.isEmpty() ? "none" : allowed));
        return wanted.stream().map(Feature::name).collect(Collectors.joining(" "));
    }

    static long priority(InputFaults faults, long priority) {
        faults.check(
                priority >= 0 && priority <= Boot.MAX_PRIORITY,
                "startPriority",
                "must be a number from 0 to " + Boot.MAX_PRIORITY);
        return priority;
    }

    static List<Feature> stored(Row row) {
        return Arrays.stream(row.text("features").split(" ", -1))
                .filter(name -> !name.isEmpty())
                .map(Feature::valueOf)
                .toList();
    }

    static Optional<Boot> of(Row row) {
        Boot boot = new Boot(row.number("start_priority"), stored(row), row.optionalText("rescue_digest"));
        return boot.equals(Boot.ORDINARY) ? Optional.empty() : Optional.of(boot);
    }
}
