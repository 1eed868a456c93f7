package dev.berth.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MemoTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final Supplier<Integer> ask = asked::incrementAndGet;

    private int once(String key) {
        return Memo.once(MemoTest.class, key, ask);
    }

    @Test
    void askedTwiceIsReadOnce() {
        int sum = Memo.during(() -> once("a") + once("a") + once("b"));
        assertEquals(1 + 1 + 2, sum);
    }

    @Test
    void nothingIsLeftForTheNextWork() {
        assertEquals(1, Memo.during(() -> once("a")));
        assertEquals(2, Memo.during(() -> once("a")));
    }

    @Test
    void withoutWorkEachIsAskedAnew() {
        assertEquals(1, once("a"));
        assertEquals(2, once("a"));
        assertTrue(Memo.of(MemoTest.class).isEmpty());
    }

    @Test
    void ownersDoNotSeeEachOther() {
        int sum = Memo.during(() -> once("a") + Memo.once(Memo.class, "a", ask));
        assertEquals(1 + 2, sum);
    }
}
