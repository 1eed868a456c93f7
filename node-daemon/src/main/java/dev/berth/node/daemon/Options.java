package dev.berth.node.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Options by name: {@code --data-dir X} wins over {@code BERTH_DATA_DIR=X}. */
public record Options(Map<String, String> given, Map<String, String> environment, List<String> faults) {
    private static final List<String> FLAGS = List.of("simulated", "start-lxcfs");
    private static final List<String> VALUES = List.of(
            "data-dir",
            "portal",
            "name",
            "join-token-file",
            "cgroup-root",
            "nft-table",
            "store-bytes",
            "nameservers",
            "open-ports",
            "uplink",
            "nat",
            "local",
            "image-grace",
            "image-keys");

    public static Options parse(List<String> arguments, Map<String, String> environment) {
        Map<String, String> given = new HashMap<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i).startsWith("--") ? arguments.get(i).substring(2) : "";
            if (FLAGS.contains(name)) {
                given.put(name, "true");
            } else if (VALUES.contains(name) && i + 1 < arguments.size()) {
                given.put(name, arguments.get(++i));
            } else {
                faults.add("'%s' is not understood".formatted(arguments.get(i)));
            }
        }
        return new Options(Map.copyOf(given), environment, List.copyOf(faults));
    }

    public Optional<String> value(String name) {
        String variable = "BERTH_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
        return Optional.ofNullable(given.getOrDefault(name, environment.get(variable)))
                .filter(text -> !text.isBlank());
    }

    public boolean flag(String name) {
        return value(name).map("true"::equals).orElse(false);
    }
}
