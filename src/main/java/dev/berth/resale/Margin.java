package dev.berth.resale;

import dev.berth.units.Money;
import dev.berth.units.Period;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What is left of one measurement between the two bills it makes, line by line: a row holds the lines of both bills that
 * are for the same subscription, the same time and the same meter. Every line of either bill is in exactly one row, so the
 * rows sum to the bills.
 *
 * @param rows in the order of the wholesale bill, then what stands on retail bills alone
 */
public record Margin(Currency currency, List<Row> rows) {
    public Margin {
        rows = List.copyOf(rows);
    }

    /**
     * What two lines have in common.
     *
     * @param what the meter, or FEE for what time and set-up cost
     */
    public record Key(UUID subscription, UUID vps, Period period, String what) {}

    /**
     * A line of a closed bill.
     *
     * @param bill id of the invoice or the period
     * @param invoice its number; empty where nothing was due
     * @param evidence the readings that it rests on, first to last, of each node; empty for fees
     */
    public record Line(
            Key key, UUID bill, String invoice, int n, String label, String hostname, String evidence, Money amount) {}

    /** One side may be empty: a price that the other list has not. */
    public record Row(Key key, List<Line> retail, List<Line> wholesale, Currency currency) {
        public Row {
            retail = List.copyOf(retail);
            wholesale = List.copyOf(wholesale);
        }

        public String hostname() {
            return (wholesale.isEmpty() ? retail : wholesale).getFirst().hostname();
        }

        public Money paid() {
            return sum(wholesale, currency);
        }

        public Money earned() {
            return sum(retail, currency);
        }

        public Money margin() {
            return earned().minus(paid());
        }

        /** Whether both sides rest on the same readings; fees rest on none. */
        public boolean sameReadings() {
            return retail.isEmpty()
                    || wholesale.isEmpty()
                    || retail.stream()
                            .allMatch(one -> wholesale.stream()
                                    .allMatch(other -> other.evidence().equals(one.evidence())));
        }
    }

    static Margin of(Currency currency, List<Line> wholesale, List<Line> retail) {
        Map<Key, List<Line>> below = byKey(wholesale);
        Map<Key, List<Line>> above = byKey(retail);
        List<Row> rows = new ArrayList<>();
        below.forEach((key, lines) -> rows.add(new Row(key, above.getOrDefault(key, List.of()), lines, currency)));
        above.forEach((key, lines) -> {
            if (!below.containsKey(key)) {
                rows.add(new Row(key, lines, List.of(), currency));
            }
        });
        return new Margin(currency, rows);
    }

    private static Map<Key, List<Line>> byKey(List<Line> lines) {
        Map<Key, List<Line>> byKey = new LinkedHashMap<>();
        lines.forEach(line ->
                byKey.computeIfAbsent(line.key(), key -> new ArrayList<>()).add(line));
        return byKey;
    }

    private static Money sum(List<Line> lines, Currency currency) {
        return lines.stream().map(Line::amount).reduce(Money.zero(currency), Money::plus);
    }

    public Money paid() {
        return rows.stream().map(Row::paid).reduce(Money.zero(currency), Money::plus);
    }

    public Money earned() {
        return rows.stream().map(Row::earned).reduce(Money.zero(currency), Money::plus);
    }

    public Money margin() {
        return earned().minus(paid());
    }
}
