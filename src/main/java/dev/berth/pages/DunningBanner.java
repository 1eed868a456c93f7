package dev.berth.pages;

import dev.berth.dunning.DunningService;
import dev.berth.dunning.DunningView;
import dev.berth.dunning.DunningView.Entry;
import dev.berth.pages.HomePages.Notice;
import dev.berth.platform.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What stands on a customer's first page and on the bills while something is overdue. */
@ApplicationScoped
class DunningBanner {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final DunningService dunning;

    DunningBanner(DunningService dunning) {
        this.dunning = dunning;
    }

    Optional<Notice> of(Caller caller, UUID account) {
        DunningView view = dunning.view(caller, account);
        return switch (view.state()) {
            case NONE -> Optional.empty();
            case RESUMING ->
                Optional.of(new Notice(
                        "wait",
                        "Everything that was due is paid. What was held back is on its way back.",
                        "/billing/next",
                        "What happens next"));
            case OPEN ->
                Optional.of(new Notice(
                        "bad",
                        "%s overdue. %s"
                                .formatted(Show.count(view.overdue().size(), "invoice is", "invoices are"), next(view)),
                        "/billing/next",
                        "What happens next"));
        };
    }

    private static String next(DunningView view) {
        if (view.heldUntil().isPresent()) {
            return "Nothing more is done until " + DAY.format(view.heldUntil().get()) + ".";
        }
        return view.steps().stream()
                .filter(entry -> entry.doneAt().isEmpty() && entry.step().severe())
                .findFirst()
                .map(DunningBanner::sentence)
                .orElse("Please pay it.");
    }

    private static String sentence(Entry entry) {
        return "If it stays so, on %s: %s.".formatted(DAY.format(entry.at()), entry.means());
    }
}
