package dev.berth.vps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.testing.Given;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SshKeyTest {
    private static String fault(String text) {
        SshKey.Parsed parsed = SshKey.parse(text);
        assertTrue(parsed.key().isEmpty(), text);
        return parsed.fault();
    }

    private static String key(String outer, Object... fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Object field : fields) {
                byte[] value = field instanceof String text ? text.getBytes(StandardCharsets.US_ASCII) : (byte[]) field;
                out.writeInt(value.length);
                out.write(value);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return outer + " " + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static byte[] modulus(int bits) {
        return BigInteger.ONE.shiftLeft(bits - 1).setBit(0).toByteArray();
    }

    @Test
    void goodKeysAreKeptAsOneLine() {
        assertEquals(
                Given.SSH_KEY,
                SshKey.parse("  " + Given.SSH_KEY.replaceFirst(" ", "   ") + "\n")
                        .key()
                        .orElseThrow()
                        .line());
        assertTrue(SshKey.parse(key("ssh-rsa", "ssh-rsa", new byte[] {1, 0, 1}, modulus(2048)))
                .key()
                .isPresent());
        byte[] point = new byte[65];
        point[0] = 4;
        assertTrue(SshKey.parse(key("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "nistp256", point))
                .key()
                .isPresent());
    }

    @Test
    void badOnesSayWhy() {
        assertTrue(fault("").contains("missing"));
        assertTrue(fault("-----BEGIN OPENSSH PRIVATE KEY-----").contains("private"));
        assertTrue(fault("command=\"x\" " + Given.SSH_KEY).contains("without options"));
        assertTrue(fault(Given.SSH_KEY + "\nssh-ed25519 AAAA").contains("one line"));
        assertTrue(fault(key("ssh-rsa", "ssh-ed25519", new byte[32])).contains("another type"));
        assertTrue(fault(key("ssh-rsa", "ssh-rsa", new byte[] {1, 0, 1}, modulus(1024)))
                .contains("1024 bits"));
        assertTrue(fault(key("ssh-ed25519", "ssh-ed25519", new byte[31])).contains("31 bytes"));
        assertTrue(fault(key("ssh-ed25519", "ssh-ed25519", new byte[32], new byte[1]))
                .contains("after its end"));
        assertTrue(fault(Given.SSH_KEY.substring(0, 60)).contains("cut off"));
    }
}
