package dev.berth.pages;

import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.vps.Vps.ImageRef;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the owner of a VPS is told when the system it was made of is mended no longer, or soon will be no longer.
 *
 * @param system such as {@code Debian 11}
 * @param lastDay with security updates
 * @param past whether that day is over
 * @param successor the image of the same distribution that is mended longest; empty where none is mended longer
 */
public record Ageing(String system, LocalDate lastDay, boolean past, Optional<Image> successor) {
    private static final int WARNED_DAYS = 90;

    static Optional<Ageing> of(ImageRef image, ImageService images) {
        return of(image, images.today(), images.available());
    }

    /** Empty where there is nothing to tell yet. */
    static Optional<Ageing> of(ImageRef image, LocalDate today, List<Image> available) {
        return image.endOfLife()
                .filter(day -> !day.isAfter(today.plusDays(WARNED_DAYS)))
                .map(day -> {
                    boolean past = today.isAfter(day);
                    LocalDate beyond = past ? today.minusDays(1) : day;
                    return new Ageing(system(image), day, past, successor(image, beyond, available));
                });
    }

    private static String system(ImageRef image) {
        String name = image.distribution();
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + " " + image.release();
    }

    private static Optional<Image> successor(ImageRef image, LocalDate beyond, List<Image> available) {
        return available.stream()
                .filter(other -> other.distribution().equals(image.distribution()))
                .filter(other -> other.endOfLife().filter(beyond::isBefore).isPresent())
                .max(Comparator.comparing(other -> other.endOfLife().orElse(beyond)));
    }
}
