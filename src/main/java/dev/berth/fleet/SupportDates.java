package dev.berth.fleet;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * The last day on which a distribution gives security updates to everybody for a release, as each has announced it; for images that
 * are registered without a date. Debian's is that of its LTS team, Ubuntu's that of the standard support. Both are those of Debian's
 * package distro-info-data; Alpine's are of its page of releases, Rocky's of its release guide.
 */
final class SupportDates {
    private static final Map<String, LocalDate> LAST_DAYS = Map.ofEntries(
            day("debian 10", 2024, 6, 30),
            day("debian 11", 2026, 8, 31),
            day("debian 12", 2028, 6, 30),
            day("debian 13", 2030, 6, 30),
            day("ubuntu 20.04", 2025, 5, 29),
            day("ubuntu 22.04", 2027, 6, 1),
            day("ubuntu 24.04", 2029, 5, 31),
            day("ubuntu 26.04", 2031, 5, 29),
            day("alpine 3.19", 2025, 11, 1),
            day("alpine 3.20", 2026, 4, 1),
            day("alpine 3.21", 2026, 11, 1),
            day("alpine 3.22", 2027, 5, 1),
            day("rocky 8", 2029, 5, 31),
            day("rocky 9", 2032, 5, 31));

    private SupportDates() {}

    private static Map.Entry<String, LocalDate> day(String release, int year, int month, int dayOfMonth) {
        return Map.entry(release, LocalDate.of(year, month, dayOfMonth));
    }

    /** @param release as its {@code os-release} names it; one with a point release, such as {@code 9.4}, is known by what is before */
    static Optional<LocalDate> of(String distribution, String release) {
        String name = distribution + " " + release;
        int dot = name.lastIndexOf('.');
        return Optional.ofNullable(LAST_DAYS.get(name))
                .or(() -> Optional.ofNullable(LAST_DAYS.get(name.substring(0, Math.max(0, dot)))));
    }
}
