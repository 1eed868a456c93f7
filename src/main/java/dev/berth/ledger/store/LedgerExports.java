package dev.berth.ledger.store;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.ledger.AccountKind;
import dev.berth.ledger.export.Booking;
import dev.berth.ledger.export.Datev;
import dev.berth.ledger.export.DatevBatch;
import dev.berth.ledger.export.DatevBatch.Chart;
import dev.berth.ledger.export.DatevBatch.Office;
import dev.berth.ledger.export.LedgerCsv;
import dev.berth.platform.Caller;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The ledger's transfers of some days as a file, for the bookkeeper. Each export stands in the trail. */
@ApplicationScoped
public class LedgerExports {
    /** As many as DATEV takes at once. */
    private static final int MOST = 99_999;

    private final LedgerStore store;
    private final AuditService audit;
    private final DatevSettings datev;
    private final ZoneId zone;
    private final String ownCurrency;
    private final InstantSource clock;

    LedgerExports(
            LedgerStore store,
            AuditService audit,
            DatevSettings datev,
            @ConfigProperty(name = "berth.billing.time-zone", defaultValue = "UTC") String zone,
            @ConfigProperty(name = "berth.currency", defaultValue = "EUR") String ownCurrency,
            InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.datev = datev;
        this.zone = ZoneId.of(zone);
        this.ownCurrency = ownCurrency;
        this.clock = clock;
    }

    /**
     * Days as they were asked for.
     *
     * @param from first day, {@code 2026-01-01}
     * @param to last day
     * @param currency only its transfers; DATEV takes one at a time
     */
    public record Ask(Optional<String> from, Optional<String> to, Optional<String> currency) {}

    /** @param name under which it is saved */
    public record File(String name, Charset charset, String text) {
        public String type() {
            return "text/csv;charset=" + charset;
        }

        /** What the charset cannot say becomes a question mark. */
        public byte[] bytes() {
            return text.getBytes(charset);
        }
    }

    private record Days(LocalDate from, LocalDate to) {}

    /** Every currency unless one is named; columns as {@link LedgerCsv#COLUMNS}. */
    public File csv(Caller caller, Ask ask) {
        requireAdmin(caller);
        InputFaults faults = new InputFaults();
        Days days = days(ask, faults);
        Optional<Currency> currency = ask.currency().flatMap(code -> currency(code, faults));
        faults.throwIfAny();
        List<Booking> bookings = bookings(days, currency);
        record(caller, "csv", days, bookings.size());
        String name = "ledger-%s-%s.csv".formatted(days.from(), days.to());
        return new File(name, StandardCharsets.UTF_8, LedgerCsv.of(bookings));
    }

    /**
     * One currency, one business year.
     *
     * @throws Problem 409 when a kind of the ledger has no account in the configuration
     */
    public File datev(Caller caller, Ask ask) {
        requireAdmin(caller);
        InputFaults faults = new InputFaults();
        Days days = days(ask, faults);
        Optional<Currency> currency = currency(ask.currency().orElse(ownCurrency), faults);
        LocalDate year = fiscalYear(days.from());
        faults.check(days.to().isBefore(year.plusYears(1)), "to", "must be in the business year of from: " + year);
        faults.throwIfAny();
        List<Booking> bookings = bookings(days, currency);
        Chart chart = chart(bookings);
        Office office = new Office(datev.consultant(), datev.client(), currency.orElseThrow());
        String text = Datev.render(
                new DatevBatch(office, chart, clock.instant(), year, days.from(), days.to(), zone), bookings);
        record(caller, "datev", days, bookings.size());
        return new File("EXTF_Buchungsstapel_%s_%s.csv".formatted(days.from(), days.to()), Datev.CHARSET, text);
    }

    private static void requireAdmin(Caller caller) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("Only administrators take the ledger out.");
        }
    }

    private static Days days(Ask ask, InputFaults faults) {
        LocalDate from = day("from", ask.from(), faults);
        LocalDate to = day("to", ask.to(), faults);
        faults.check(!to.isBefore(from), "to", "must not be before from");
        return new Days(from, to);
    }

    private static LocalDate day(String field, Optional<String> text, InputFaults faults) {
        try {
            return LocalDate.parse(text.orElse("").strip());
        } catch (DateTimeException e) {
            faults.add(field, "must be a day as 2026-01-31");
            return LocalDate.EPOCH;
        }
    }

    private static Optional<Currency> currency(String code, InputFaults faults) {
        try {
            return Optional.of(Currency.getInstance(code.strip().toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            faults.add("currency", "must be a currency as EUR");
            return Optional.empty();
        }
    }

    private LocalDate fiscalYear(LocalDate day) {
        LocalDate begins = MonthDay.parse("--" + datev.yearBegins()).atYear(day.getYear());
        return begins.isAfter(day) ? begins.minusYears(1) : begins;
    }

    private List<Booking> bookings(Days days, Optional<Currency> currency) {
        List<Booking> found = store.posted(
                days.from().atStartOfDay(zone).toInstant(),
                days.to().plusDays(1).atStartOfDay(zone).toInstant(),
                currency,
                MOST + 1);
        if (found.size() > MOST) {
            throw Problem.invalid("to", "leaves more than %d transfers: choose fewer days".formatted(MOST));
        }
        return found;
    }

    private Chart chart(List<Booking> bookings) {
        Chart chart = new Chart(datev.chart(), datev.digits(), byKind(datev.accounts()), byKind(datev.taxKeys()));
        Set<AccountKind> missing = chart.missing(bookings);
        if (!missing.isEmpty()) {
            throw Problem.conflict(
                    "datev-account-missing",
                    missing.stream()
                            .map(kind -> "berth.datev.accounts." + kind)
                            .collect(Collectors.joining(", ", "No account is configured: ", ".")));
        }
        return chart;
    }

    private static Map<AccountKind, String> byKind(Map<String, String> settings) {
        Map<AccountKind, String> numbers = new EnumMap<>(AccountKind.class);
        settings.forEach((kind, number) -> numbers.put(AccountKind.valueOf(kind), number));
        return numbers;
    }

    private void record(Caller caller, String format, Days days, int transfers) {
        audit.record(
                caller,
                Deed.of("ledger.export", "ledger", format)
                        .with("%s to %s, %d transfers".formatted(days.from(), days.to(), transfers)));
    }
}
