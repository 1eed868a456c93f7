package dev.berth.payment.bank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.payment.bank.Statement.Entry;
import dev.berth.testing.CamtFile;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Camt053Test {
    private static final String PAYER = "DE89370400440532013000";

    private static List<Entry> entries(CamtFile file) {
        return Camt053.read(file.bytes()).getFirst().entries();
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "08"})
    void bothVersionsSayTheSame(String version) {
        CamtFile file = new CamtFile(version, "s1")
                .in("b1", "11.90", PAYER, "Invoice B2026-000012, thanks")
                .in("b2", "5.00", PAYER, "RF07B2026000012")
                .out("b3", "40.00");

        Statement statement = Camt053.read(file.bytes()).getFirst();

        Entry first = statement.entries().getFirst();
        assertEquals("DE02120300000000202051", statement.account());
        assertEquals("s1", statement.id());
        assertTrue(first.incoming());
        assertEquals("11.90 EUR", first.amount().toString());
        assertEquals(LocalDate.of(2026, 1, 15), first.bookedOn());
        assertEquals(Optional.of("Carla Customer"), first.counterparty());
        assertEquals(Optional.of(PAYER), first.counterpartyAccount());
        assertEquals(Optional.of("Invoice B2026-000012, thanks"), first.remittance());
        assertEquals(Optional.of("RF07B2026000012"), statement.entries().get(1).reference());
        assertEquals(false, statement.entries().get(2).incoming());
    }

    @Test
    void theKeyIsTheBanksNameForTheEntryWhateverTheStatement() {
        Entry daily =
                entries(new CamtFile("08", "day").in("b1", "1.00", PAYER, "x")).getFirst();
        Entry monthly = entries(new CamtFile("02", "month").in("b1", "1.00", PAYER, "x"))
                .getFirst();

        assertEquals(daily.key(), monthly.key());
    }

    @Test
    void entriesThatAreAlikeAreAllThere() {
        List<Entry> twins =
                entries(new CamtFile("08", "s").in("NONREF", "1.00", PAYER, "x").in("NONREF", "1.00", PAYER, "x"));

        assertNotEquals(twins.getFirst().key(), twins.get(1).key());
    }

    private static final String BATCH = """
            <Ntry><NtryRef>7</NtryRef><Amt Ccy="EUR">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
            <BookgDt><Dt>2026-01-15</Dt></BookgDt><NtryDtls>
            <TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">1.00</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>one</Ustrd></RmtInf></TxDtls>
            <TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">%s</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>two</Ustrd></RmtInf></TxDtls>
            </NtryDtls></Ntry>
            """;

    @Test
    void anEntryThatStandsForSeveralIsThese() {
        List<Entry> parts = entries(new CamtFile("02", "s").raw(BATCH.formatted("2.00")));

        assertEquals(
                List.of("1.00 EUR one", "2.00 EUR two"),
                parts.stream()
                        .map(e -> e.amount() + " " + e.remittance().orElse(""))
                        .toList());
    }

    @Test
    void partsThatDoNotSumToTheEntryAreNotBelieved() {
        List<Entry> whole = entries(new CamtFile("02", "s").raw(BATCH.formatted("2.01")));

        assertEquals(
                List.of("3.00 EUR"),
                whole.stream().map(e -> e.amount().toString()).toList());
    }

    @Test
    void whatIsNotBookedYetDoesNotCount() {
        String pending =
                new CamtFile("02", "s").in("b", "1.00", PAYER, "x").text().replace("BOOK", "PDNG");

        assertEquals(
                List.of(),
                Camt053.read(pending.getBytes(StandardCharsets.UTF_8))
                        .getFirst()
                        .entries());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no xml",
                "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.02'/>",
                "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>",
                "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><Document"
                        + " xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>&x;</Document>",
            })
    void whatIsNoStatementIsRefusedWhole(String text) {
        assertThrows(NotCamt053.class, () -> Camt053.read(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void entitiesAreNeitherReadFromFilesNorExpanded() {
        String file = new CamtFile("08", "s").in("b", "1.00", PAYER, "&x;").text();
        String laughs = "<!DOCTYPE d [<!ENTITY x 'ha'>]>" + file.substring(file.indexOf("<Document"));

        assertThrows(NotCamt053.class, () -> Camt053.read(laughs.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anAmountFinerThanACentIsRefused() {
        byte[] file = new CamtFile("08", "s").in("b", "1.005", PAYER, "x").bytes();

        assertThrows(NotCamt053.class, () -> Camt053.read(file));
    }
}
