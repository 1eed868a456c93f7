package dev.berth.ledger.export;

import dev.berth.ledger.Transfer;
import java.nio.charset.Charset;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes transfers as DATEV's "Buchungsstapel": header version 700, category 21, format version 13, with 125 columns
 * (DATEV developer portal, "DATEV-Format"). Each transfer is one row: the debited account, S for debit, the credited one as
 * contra account; amounts are positive with a decimal comma. Lines end with CR LF.
 */
public final class Datev {
    /** How the text is encoded in the file. */
    public static final Charset CHARSET = Charset.forName("windows-1252");

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);
    private static final DateTimeFormatter DAY_MONTH = DateTimeFormatter.ofPattern("ddMM", Locale.ROOT);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuuMMddHHmmssSSS", Locale.ROOT);
    private static final int TEXT = 60;
    private static final int VOUCHER = 36;
    private static final String END = "\r\n";

    static final List<String> COLUMNS = Stream.of(
                    of(
                            "Umsatz (ohne Soll/Haben-Kz)",
                            "Soll/Haben-Kennzeichen",
                            "WKZ Umsatz",
                            "Kurs",
                            "Basis-Umsatz",
                            "WKZ Basis-Umsatz",
                            "Konto",
                            "Gegenkonto (ohne BU-Schlüssel)",
                            "BU-Schlüssel",
                            "Belegdatum",
                            "Belegfeld 1",
                            "Belegfeld 2",
                            "Skonto",
                            "Buchungstext",
                            "Postensperre",
                            "Diverse Adressnummer",
                            "Geschäftspartnerbank",
                            "Sachverhalt",
                            "Zinssperre",
                            "Beleglink"),
                    pairs("Beleginfo - Art", "Beleginfo - Inhalt", 8),
                    of(
                            "KOST1 - Kostenstelle",
                            "KOST2 - Kostenstelle",
                            "Kost-Menge",
                            "EU-Land u. UStID (Bestimmung)",
                            "EU-Steuersatz (Bestimmung)",
                            "Abw. Versteuerungsart",
                            "Sachverhalt L+L",
                            "Funktionsergänzung L+L",
                            "BU 49 Hauptfunktionstyp",
                            "BU 49 Hauptfunktionsnummer",
                            "BU 49 Funktionsergänzung"),
                    pairs("Zusatzinformation - Art", "Zusatzinformation- Inhalt", 20),
                    of(
                            "Stück",
                            "Gewicht",
                            "Zahlweise",
                            "Forderungsart",
                            "Veranlagungsjahr",
                            "Zugeordnete Fälligkeit",
                            "Skontotyp",
                            "Auftragsnummer",
                            "Buchungstyp",
                            "USt-Schlüssel (Anzahlungen)",
                            "EU-Land (Anzahlungen)",
                            "Sachverhalt L+L (Anzahlungen)",
                            "EU-Steuersatz (Anzahlungen)",
                            "Erlöskonto (Anzahlungen)",
                            "Herkunft-Kz",
                            "Buchungs GUID",
                            "KOST-Datum",
                            "SEPA-Mandatsreferenz",
                            "Skontosperre",
                            "Gesellschaftername",
                            "Beteiligtennummer",
                            "Identifikationsnummer",
                            "Zeichnernummer",
                            "Postensperre bis",
                            "Bezeichnung SoBil-Sachverhalt",
                            "Kennzeichen SoBil-Buchung",
                            "Festschreibung",
                            "Leistungsdatum",
                            "Datum Zuord. Steuerperiode",
                            "Fälligkeit",
                            "Generalumkehr (GU)",
                            "Steuersatz",
                            "Land",
                            "Abrechnungsreferenz",
                            "BVV-Position",
                            "EU-Land u. UStID (Ursprung)",
                            "EU-Steuersatz (Ursprung)",
                            "Abw. Skontokonto"))
            .flatMap(s -> s)
            .toList();

    private Datev() {}

    private static Stream<String> of(String... names) {
        return Arrays.stream(names);
    }

    private static Stream<String> pairs(String kind, String content, int count) {
        return IntStream.rangeClosed(1, count).boxed().flatMap(i -> Stream.of(kind + " " + i, content + " " + i));
    }

    /**
     * @param bookings of the batch's days and currency
     * @throws IllegalArgumentException when one is of another currency, or its kind has no account
     */
    public static String render(DatevBatch batch, List<Booking> bookings) {
        StringBuilder text = new StringBuilder(header(batch)).append(END);
        text.append(String.join(";", COLUMNS)).append(END);
        bookings.forEach(booking -> text.append(row(batch, booking)).append(END));
        return text.toString();
    }

    private static String header(DatevBatch batch) {
        return String.join(
                ";",
                "\"EXTF\"",
                "700",
                "21",
                "\"Buchungsstapel\"",
                "13",
                STAMP.format(batch.created().atZone(batch.zone())),
                "",
                "\"BE\"",
                "\"\"",
                "\"\"",
                Integer.toString(batch.office().consultant()),
                Integer.toString(batch.office().client()),
                DAY.format(batch.fiscalYear()),
                Integer.toString(batch.chart().digits()),
                DAY.format(batch.from()),
                DAY.format(batch.to()),
                quoted("Berth " + batch.from() + " " + batch.to()),
                "\"\"",
                // kind: bookkeeping; purpose: any; the bookkeeper may still change what was imported
                "1",
                "0",
                "0",
                quoted(batch.office().currency().getCurrencyCode()),
                "",
                "\"\"",
                "",
                "",
                quoted(batch.chart().name()),
                "",
                "",
                "\"\"",
                "\"\"");
    }

    private static String row(DatevBatch batch, Booking booking) {
        Transfer transfer = booking.transfer();
        if (!transfer.amount().currency().equals(batch.office().currency())) {
            throw new IllegalArgumentException("booking %s is of another currency".formatted(booking.id()));
        }
        LocalDate day = LocalDate.ofInstant(booking.at(), batch.zone());
        return Stream.concat(
                        Stream.of(
                                transfer.amount().amount().replace('.', ','),
                                "\"S\"",
                                quoted(transfer.amount().currency().getCurrencyCode()),
                                "",
                                "",
                                "\"\"",
                                batch.chart().account(transfer.debit().kind()),
                                batch.chart().account(transfer.credit().kind()),
                                quoted(batch.chart()
                                        .taxKey(
                                                transfer.debit().kind(),
                                                transfer.credit().kind())),
                                DAY_MONTH.format(day),
                                quoted(voucher(transfer.source().id())),
                                "\"\"",
                                "",
                                quoted(cut(transfer.reason(), TEXT))),
                        Stream.generate(() -> "").limit(COLUMNS.size() - 14L))
                .collect(Collectors.joining(";"));
    }

    /** Of the characters that "Belegfeld 1" may hold. */
    private static String voucher(String id) {
        return cut(id.replaceAll("[^A-Za-z0-9$&%*+/-]", "-"), VOUCHER);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static String quoted(String text) {
        String line = text.replaceAll("[\\p{Cntrl}]", " ");
        return '"' + line.replace("\"", "\"\"") + '"';
    }
}
