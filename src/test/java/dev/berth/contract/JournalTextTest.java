package dev.berth.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Readings.BoughtCpu;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Local;
import dev.berth.contract.Readings.Reading;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalTextTest {
    private static final String ID = "01932c07-9a11-7b3c-8d2e-0123456789ab";
    private static final String BOOT = "7c1f0f0e-3b0a-4c55-9d55-6a1f0a0f6b11";

    private static Reading reading(long cpuUsec) {
        Counters counters =
                new Counters(cpuUsec, 2, BigInteger.valueOf(3), BigInteger.valueOf(4), 5, 6, 7, 8, 9, 10, -11);
        return new Reading(Kind.SAMPLE, ID, 3, BOOT, 1, 1_700_000_000_000L, 99, true, counters, Optional.empty());
    }

    private static Entry entry(String prevHash, long seq, Reading reading) {
        return new Entry(seq, prevHash, JournalText.hash(prevHash, seq, reading), reading);
    }

    @Test
    void textIsFixedForEver() {
        assertEquals(
                "v1|7|SAMPLE|" + ID + "|3|" + BOOT + "|1|1700000000000|99|true|1,2,3,4,5,6,7,8,9,10,-11|-",
                JournalText.of(7, reading(1)));
    }

    @Test
    void aRecordWithSnapshotsIsOfTheSecondForm() {
        Counters counters = new Counters(
                1,
                2,
                BigInteger.valueOf(3),
                BigInteger.valueOf(4),
                5,
                6,
                7,
                8,
                9,
                10,
                -11,
                Optional.of(BigInteger.TWO),
                Optional.empty());

        assertEquals(
                "v2|7|SAMPLE|" + ID + "|3|" + BOOT + "|1|1700000000000|99|true|1,2,3,4,5,6,7,8,9,10,-11,2|-",
                JournalText.of(7, sample(counters)));
    }

    @Test
    void aRecordThatTellsLocalTrafficApartIsOfTheThirdForm() {
        String head = "v3|7|SAMPLE|" + ID + "|3|" + BOOT + "|1|1700000000000|99|true|1,2,3,4,5,6,7,8,9,10,-11,";
        assertEquals(head + "-,5,0|-", JournalText.of(7, sample(local(Optional.empty()))));
        assertEquals(head + "2,5,0|-", JournalText.of(7, sample(local(Optional.of(BigInteger.TWO)))));
    }

    @Test
    void aRecordOfBoughtCpuTimeIsOfTheFourthForm() {
        String head = "v4|7|SAMPLE|" + ID + "|3|" + BOOT + "|1|1700000000000|99|true|1,2,3,4,5,6,7,8,9,10,-11,";
        Optional<BigInteger> none = Optional.empty();
        Optional<Local> nowhere = Optional.empty();
        assertEquals(head + "-,-,-,12,13|-", JournalText.of(7, sample(bought(none, nowhere))));
        assertEquals(head + "2,-,-,12,13|-", JournalText.of(7, sample(bought(Optional.of(BigInteger.TWO), nowhere))));
        assertEquals(head + "-,5,0,12,13|-", JournalText.of(7, sample(bought(none, Optional.of(new Local(5, 0))))));
        assertEquals(
                head + "2,5,0,12,13|-",
                JournalText.of(7, sample(bought(Optional.of(BigInteger.TWO), Optional.of(new Local(5, 0))))));
    }

    private static Counters bought(Optional<BigInteger> snapshots, Optional<Local> local) {
        return new Counters(
                1,
                2,
                BigInteger.valueOf(3),
                BigInteger.valueOf(4),
                5,
                6,
                7,
                8,
                9,
                10,
                -11,
                snapshots,
                local,
                Optional.of(new BoughtCpu(12, 13)));
    }

    @Test
    void localTrafficIsNoMoreThanAll() {
        InvalidMessageException e = assertThrows(
                InvalidMessageException.class,
                () -> new Counters(
                        1,
                        2,
                        BigInteger.ONE,
                        BigInteger.ONE,
                        5,
                        6,
                        7,
                        8,
                        9,
                        10,
                        -11,
                        Optional.empty(),
                        Optional.of(new Local(6, 6))));
        assertTrue(String.valueOf(e.getMessage()).contains("local must be no more than"), e.getMessage());
    }

    private static Counters local(Optional<BigInteger> snapshots) {
        return new Counters(
                1,
                2,
                BigInteger.valueOf(3),
                BigInteger.valueOf(4),
                5,
                6,
                7,
                8,
                9,
                10,
                -11,
                snapshots,
                Optional.of(new Local(5, 0)));
    }

    private static Reading sample(Counters counters) {
        return new Reading(Kind.SAMPLE, ID, 3, BOOT, 1, 1_700_000_000_000L, 99, true, counters, Optional.empty());
    }

    @Test
    void whatIsHashedAndSignedHasTheSameDigitsEverywhere() {
        Locale before = Locale.getDefault(Locale.Category.FORMAT);
        String text = JournalText.of(7, sample(bought(Optional.of(BigInteger.TWO), Optional.of(new Local(5, 0)))));
        byte[] signed = MerkleTree.signedText(1, 1_000, Readings.GENESIS);
        try {
            Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("ar-EG"));
            assertEquals("١", "%d".formatted(1), "a locale with digits of its own");
            assertEquals(
                    text, JournalText.of(7, sample(bought(Optional.of(BigInteger.TWO), Optional.of(new Local(5, 0))))));
            assertArrayEquals(signed, MerkleTree.signedText(1, 1_000, Readings.GENESIS));
        } finally {
            Locale.setDefault(Locale.Category.FORMAT, before);
        }
    }

    @Test
    void oneChangedCounterBreaksTheHash() {
        Entry entry = entry(Readings.GENESIS, 1, reading(1));

        assertTrue(entry.intact());
        assertFalse(new Entry(1, entry.prevHash(), entry.hash(), reading(2)).intact());
    }

    @Test
    void batchMustBeOneChain() {
        Entry first = entry(Readings.GENESIS, 1, reading(1));
        Entry second = entry(first.hash(), 2, reading(2));
        Entry foreign = entry(Readings.GENESIS, 2, reading(2));
        Entry third = entry(first.hash(), 3, reading(2));

        assertEquals(
                2, new Readings(BOOT, List.of(first, second), "sig").records().size());
        assertThrows(InvalidMessageException.class, () -> new Readings(BOOT, List.of(first, foreign), "sig"));
        assertThrows(InvalidMessageException.class, () -> new Readings(BOOT, List.of(first, third), "sig"));
    }

    @Test
    void onlyGapsHaveAReason() {
        assertThrows(
                InvalidMessageException.class,
                () -> new Reading(Kind.SAMPLE, ID, 3, BOOT, 1, 1, 0, true, Counters.ZERO, Optional.of("why")));
        assertThrows(
                InvalidMessageException.class,
                () -> new Reading(Kind.GAP, ID, 3, BOOT, 1, 1, 0, true, Counters.ZERO, Optional.empty()));
    }
}
