package dev.berth.node.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShadowTest {
    private static String changed(String before) {
        return new String(Shadow.withRootPassword(before.getBytes(ISO_8859_1), "$6$new"), ISO_8859_1);
    }

    @Test
    void onlyRootsPasswordChanges() {
        assertEquals("""
                rooty:*:1::::::
                root:$6$new:19600:0:99999:7:::
                web:$y$old:19600:0:99999:7:::
                """, changed("""
                rooty:*:1::::::
                root:*:19600:0:99999:7:::
                web:$y$old:19600:0:99999:7:::
                """));
    }

    @Test
    void aSecondRootIsNoOtherWayIn() {
        assertEquals("root:$6$new:::::::\n", changed("root:!:::::::\nroot:$6$mine:::::::\n"));
    }

    @Test
    void whatIsNoShadowFileGetsARoot() {
        assertEquals("root:$6$new:::::::\n", changed(""));
        assertEquals("root:$6$new:::::::\nrubbish\n", changed("rubbish"));
        assertEquals("root:$6$new:::::::\n", changed("root:"));
    }
}
