package dev.berth.dunning.ladder;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A ladder: at least one reminder, then steps in their order, each later than the one before. A policy that deletes stops first.
 *
 * @param rungs the earliest first
 */
public record Policy(List<Rung> rungs) {
    private static final int MAX_RUNGS = 20;

    public Policy {
        rungs = List.copyOf(rungs);
        check(!rungs.isEmpty() && rungs.size() <= MAX_RUNGS, "must have from 1 to %d steps".formatted(MAX_RUNGS));
        check(rungs.getFirst().step() == LadderStep.REMIND, "must begin with a reminder");
        for (int i = 1; i < rungs.size(); i++) {
            follows(rungs.get(i - 1), rungs.get(i));
        }
        check(!has(rungs, LadderStep.DELETE) || has(rungs, LadderStep.STOP), "deletes without stopping first");
        check(!has(rungs, LadderStep.ARCHIVE) || has(rungs, LadderStep.STOP), "archives without stopping first");
    }

    private static void follows(Rung before, Rung rung) {
        boolean reminder = before.step() == LadderStep.REMIND && rung.step() == LadderStep.REMIND;
        check(
                reminder ? rung.number() == before.number() + 1 : rung.step().compareTo(before.step()) > 0,
                "%s cannot come after %s".formatted(rung.step(), before.step()));
        check(
                rung.daysAfterDue() > before.daysAfterDue(),
                "%s must be later than %s".formatted(rung.step(), before.step()));
    }

    private static boolean has(List<Rung> rungs, LadderStep step) {
        return rungs.stream().anyMatch(rung -> rung.step() == step);
    }

    private static void check(boolean holds, String fault) {
        if (!holds) {
            throw new IllegalArgumentException("a ladder " + fault);
        }
    }

    public List<Rung> reminders() {
        return rungs.stream().filter(rung -> !rung.step().severe()).toList();
    }

    public List<Rung> severe() {
        return rungs.stream().filter(rung -> rung.step().severe()).toList();
    }

    /** As {@code REMIND:1, LIMIT:14:7}: step, days after the due date, days of notice. */
    public static Policy parse(String text) {
        List<Rung> rungs = new ArrayList<>();
        int reminders = 0;
        for (String word : text.split(",", -1)) {
            List<String> parts =
                    Stream.of(word.split(":", -1)).map(String::trim).toList();
            check(parts.size() == 2 || parts.size() == 3, "has a step that cannot be read: \"%s\"".formatted(word));
            LadderStep step = LadderStep.valueOf(parts.getFirst());
            reminders += step == LadderStep.REMIND ? 1 : 0;
            rungs.add(new Rung(
                    step,
                    step == LadderStep.REMIND ? reminders : 1,
                    Integer.parseInt(parts.get(1)),
                    parts.size() == 3 ? Integer.parseInt(parts.get(2)) : 0));
        }
        return new Policy(rungs);
    }

    /** What {@link #parse} reads. */
    public String text() {
        return rungs.stream()
                .map(rung -> rung.step().severe()
                        ? "%s:%d:%d".formatted(rung.step(), rung.daysAfterDue(), rung.noticeDays())
                        : "%s:%d".formatted(rung.step(), rung.daysAfterDue()))
                .collect(Collectors.joining(", "));
    }
}
