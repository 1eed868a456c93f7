package dev.berth.tax;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Standard rates of the EU's countries, each from a day on.
 *
 * <p>Source: European Commission, "VAT rates applied in the Member States of the European Union" and its database Taxes in
 * Europe. The table begins in 2015, when these services became taxable where the customer is.
 */
public final class VatRates {
    /** No day before this one can be asked for. */
    public static final LocalDate BEGIN = LocalDate.of(2015, 1, 1);
    /** Rows of {@link #TABLE} are at most so many, with those an operator adds. */
    private static final int MAX_ROWS = 1_000;

    /** Country, first day, hundredths of a percent; {@code -} where it left. */
    private static final String TABLE = """
            AT 1984-01-01 2000
            BE 1996-01-01 2100
            BG 1999-01-01 2000
            CY 2014-01-13 1900
            CZ 2013-01-01 2100
            DE 2007-01-01 1900
            DE 2020-07-01 1600
            DE 2021-01-01 1900
            DK 1992-01-01 2500
            EE 2009-07-01 2000
            EE 2024-01-01 2200
            EE 2025-07-01 2400
            ES 2012-09-01 2100
            FI 2013-01-01 2400
            FI 2024-09-01 2550
            FR 2014-01-01 2000
            GB 2011-01-04 2000
            GB 2021-01-01 -
            GR 2010-07-01 2300
            GR 2016-06-01 2400
            HR 2013-07-01 2500
            HU 2012-01-01 2700
            IE 2012-01-01 2300
            IE 2020-09-01 2100
            IE 2021-03-01 2300
            IT 2013-10-01 2200
            LT 2009-09-01 2100
            LU 2015-01-01 1700
            LU 2023-01-01 1600
            LU 2024-01-01 1700
            LV 2012-07-01 2100
            MT 2004-05-01 1800
            NL 2012-10-01 2100
            PL 2011-01-01 2300
            PT 2011-01-01 2300
            RO 2010-07-01 2400
            RO 2016-01-01 2000
            RO 2017-01-01 1900
            RO 2025-08-01 2100
            SE 1990-07-01 2500
            SI 2013-07-01 2200
            SK 2011-01-01 2000
            SK 2025-01-01 2300
            """;

    /** The published rates alone. */
    public static final VatRates PUBLISHED = with(List.of());

    /** @param basisPoints empty where it left the union */
    private record Rate(Country country, LocalDate from, Optional<Integer> basisPoints) {
        static Rate of(String row) {
            String[] parts = row.trim().split(" +", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException(
                        "'%s' is not a country, a first day and basis points".formatted(row));
            }
            Optional<Integer> rate = parts[2].equals("-") ? Optional.empty() : Optional.of(Integer.parseInt(parts[2]));
            return new Rate(new Country(parts[0]), LocalDate.parse(parts[1]), rate);
        }
    }

    private final Map<Country, List<Rate>> newestFirst;

    private VatRates(List<Rate> rates) {
        newestFirst = rates.stream()
                .sorted(Comparator.comparing(Rate::from).reversed())
                .collect(Collectors.groupingBy(Rate::country));
    }

    /**
     * The published rates and rows that an operator adds, such as {@code EE 2028-01-01 2500}: a row for the same country and
     * day takes the place of the published one.
     *
     * @throws IllegalArgumentException for a row that cannot be read
     */
    public static VatRates with(List<String> rows) {
        if (rows.size() > MAX_ROWS) {
            throw new IllegalArgumentException("%d rows of VAT rates".formatted(rows.size()));
        }
        List<Rate> added = rows.stream().map(VatRates::read).toList();
        List<Rate> all = new ArrayList<>(added);
        TABLE.lines()
                .map(Rate::of)
                .filter(rate -> added.stream().noneMatch(one -> replaces(one, rate)))
                .forEach(all::add);
        return new VatRates(all);
    }

    private static Rate read(String row) {
        try {
            return Rate.of(row);
        } catch (java.time.DateTimeException | NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is not a country, a first day and basis points".formatted(row), e);
        }
    }

    private static boolean replaces(Rate added, Rate published) {
        return added.country().equals(published.country()) && added.from().equals(published.from());
    }

    /** The standard rate in hundredths of a percent; empty outside the EU. */
    public Optional<Integer> standard(Country country, LocalDate date) {
        if (date.isBefore(BEGIN)) {
            throw new IllegalArgumentException("no VAT rates of %s are known, only from %s on".formatted(date, BEGIN));
        }
        return newestFirst.getOrDefault(country.vatTerritory(), List.of()).stream()
                .filter(rate -> !rate.from().isAfter(date))
                .findFirst()
                .flatMap(Rate::basisPoints);
    }

    /** Whether the EU's VAT rules apply there. */
    public boolean member(Country country, LocalDate date) {
        return standard(country, date).isPresent();
    }

    /** Members on a day, in order of their codes. */
    public Stream<Country> members(LocalDate date) {
        return newestFirst.keySet().stream()
                .filter(country -> member(country, date))
                .sorted();
    }
}
