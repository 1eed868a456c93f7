package dev.berth.dunning;

import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.party.Language;
import dev.berth.units.Money;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an account is told, in plain words and in its language. What the portal's pages and trails say is English. */
record Letters(Language language) {
    private static final Letters PORTAL = new Letters(Language.EN);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int MAX_NAMED = 20;

    record Letter(String subject, String body) {}

    Letter reminder(Unpaid unpaid, int number) {
        return new Letter(
                text("reminder.subject", number, unpaid.label()),
                text("reminder.text", unpaid.label(), day(unpaid.dueAt()), amount(unpaid.open())));
    }

    Letter announcement(LadderStep step, Instant at, List<Unpaid> unpaid) {
        return new Letter(
                text("announcement.subject", day(at), what(step)),
                text("announcement.text", open(unpaid), time(at), what(step)));
    }

    Letter taken(LadderStep step, List<Unpaid> unpaid) {
        return new Letter(text("taken.subject", what(step)), text("taken.text", open(unpaid), what(step)));
    }

    Letter deleted(List<Unpaid> unpaid) {
        return new Letter(text("deleted.subject"), text("deleted.text", open(unpaid)));
    }

    Letter resumed() {
        return new Letter(text("resumed.subject"), text("resumed.text"));
    }

    /** @param left is overdue still, and a card is charged for it */
    Letter resumedBeforeCharge(List<Unpaid> left) {
        return new Letter(text("resumed-before-charge.subject"), text("resumed-before-charge.text", open(left)));
    }

    Letter promised(Instant until, List<Unpaid> unpaid) {
        return new Letter(text("promised.subject", day(until)), text("promised.text", open(unpaid), time(until)));
    }

    private String open(List<Unpaid> unpaid) {
        return unpaid.stream()
                .limit(MAX_NAMED)
                .map(u -> text("open", u.label(), day(u.dueAt()), amount(u.open())))
                .collect(Collectors.joining("\n"));
    }

    private String what(LadderStep step) {
        return text("means." + step.name().toLowerCase(Locale.ROOT));
    }

    private String text(String key, Object... values) {
        return LetterWords.of(language).get(key, values);
    }

    /** Days and numbers as they are written in Europe. */
    private Locale locale() {
        return language == Language.EN ? Locale.UK : language.locale();
    }

    private String day(Instant at) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(locale())
                .withZone(ZoneOffset.UTC)
                .format(at);
    }

    private String time(Instant at) {
        return text("time", day(at), MINUTE.format(at));
    }

    private String amount(Money money) {
        int decimals = money.currency().getDefaultFractionDigits();
        NumberFormat format = NumberFormat.getNumberInstance(locale());
        format.setMinimumFractionDigits(decimals);
        format.setMaximumFractionDigits(decimals);
        return format.format(money.decimal()) + " " + money.currency().getCurrencyCode();
    }

    /** The reason that the owner reads at the VPS. */
    static String reason(Unpaid oldest) {
        return "Invoice %s was due on %s and is not paid.".formatted(oldest.label(), PORTAL.day(oldest.dueAt()));
    }

    /** What a step means for a customer, on the portal's pages. */
    static String means(LadderStep step) {
        return PORTAL.what(step);
    }
}
