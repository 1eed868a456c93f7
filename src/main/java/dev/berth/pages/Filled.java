package dev.berth.pages;

import dev.berth.platform.Problem;
import dev.berth.platform.Problem.Fault;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A form as it came: what was typed, and what is wrong with it.
 *
 * @param general what is wrong with the whole; empty for nothing
 * @param faults by field
 */
public record Filled(Map<String, String> typed, Map<String, String> faults, String general) {
    /** A form nobody has filled in yet. */
    static final Filled EMPTY = new Filled(Map.of(), Map.of(), "");

    public Filled {
        typed = Map.copyOf(typed);
        faults = Map.copyOf(faults);
    }

    static Filled with(Map<String, String> values) {
        return new Filled(values, Map.of(), "");
    }

    /** Refused: every fault beside its field, all that was typed kept. */
    static Filled refused(Form form, Problem problem) {
        Map<String, String> faults = problem.faults().stream()
                .collect(Collectors.toMap(
                        Fault::field, fault -> "It " + fault.message() + ".", (one, other) -> one + " " + other));
        return new Filled(form.all(), faults, faults.isEmpty() ? problem.detail() : "");
    }

    /** The same on a page with several forms: what the others show stays. */
    static Filled refused(Form form, Problem problem, Map<String, String> shown) {
        Filled refused = refused(form, problem);
        return new Filled(over(shown, refused.typed()), refused.faults(), refused.general());
    }

    static Map<String, String> over(Map<String, String> shown, Map<String, String> typed) {
        Map<String, String> all = new HashMap<>(shown);
        all.putAll(typed);
        return all;
    }

    public String value(String field) {
        return typed.getOrDefault(field, "");
    }

    public boolean wrong(String field) {
        return faults.containsKey(field);
    }

    /** What is wrong with a field; empty for nothing. */
    public String wrongWith(String field) {
        return faults.getOrDefault(field, "");
    }

    public boolean refused() {
        return !faults.isEmpty() || !general.isEmpty();
    }
}
