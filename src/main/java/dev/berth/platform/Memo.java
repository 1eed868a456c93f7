package dev.berth.platform;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was read during one piece of work, for who asks for it again: so it is read once, and is the same each time. It ends with the
 * work, and belongs to its thread.
 */
public final class Memo {
    private static final ScopedValue<Map<Class<?>, Map<?, ?>>> CURRENT = ScopedValue.newInstance();

    private Memo() {}

    /** Everything in here remembers; nothing from outside is remembered in here. */
    public static <T> T during(Supplier<T> work) {
        return ScopedValue.where(CURRENT, new HashMap<>()).call(work::get);
    }

    /** What this owner has read so far; empty where nothing is remembered. */
    @SuppressWarnings("unchecked")
    public static <K, V> Optional<Map<K, V>> of(Class<?> owner) {
        return CURRENT.isBound()
                ? Optional.of((Map<K, V>) CURRENT.get().computeIfAbsent(owner, _ -> new HashMap<K, V>()))
                : Optional.empty();
    }

    /** Asks once for each key. */
    public static <K, V> V once(Class<?> owner, K key, Supplier<V> ask) {
        Optional<Map<K, V>> known = of(owner);
        if (known.isPresent() && known.get().containsKey(key)) {
            return known.get().get(key);
        }
        V answer = ask.get();
        known.ifPresent(map -> map.put(key, answer));
        return answer;
    }
}
