package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskLimitTest {
    // A dash is no limit of files.
    @ParameterizedTest
    @CsvSource({
        "wanted 200 20, current 100 10, used  90  9, set 200 20",
        "wanted  95 10, current 100 10, used  90  9, set  95 10",
        "wanted  80 10, current 100 10, used  90  9, set 100 10",
        "wanted 100  5, current 100 10, used  90  9, set 100 10",
        "wanted  80  9, current 100 10, used  90  9, set 100  9",
        "wanted 100  -, current 100 10, used  90  9, set 100  -",
        "wanted 100  5, current 100  -, used  90  9, set 100  -",
        "wanted 120 10, current 100 10, used 130  9, set 120 10",
    })
    void growsAtOnceAndShrinksWhereItFits(String wanted, String current, String used, String set) {
        String[] inUse = used.split("\\s+", -1);
        DiskUse use = new DiskUse(Long.parseLong(inUse[1]), Long.parseLong(inUse[2]));
        DiskLimit wish = limit(wanted);

        assertEquals(limit(set), wish.settable(limit(current), use));
        assertEquals(!wish.equals(limit(set)), wish.refusal(limit(current), use).isPresent());
        assertEquals(Optional.empty(), wish.refusal(wish, use));
    }

    private static DiskLimit limit(String text) {
        String[] words = text.split("\\s+", -1);
        Optional<Long> inodes = words[2].equals("-") ? Optional.empty() : Optional.of(Long.valueOf(words[2]));
        return new DiskLimit(Long.parseLong(words[1]), inodes);
    }
}
