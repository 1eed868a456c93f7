package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshHostKeyTest {
    @TempDir
    Path directory;

    @Test
    void everyKeyIsAnotherAndNoneIsLeftOnTheHost() {
        SshHostKey first = SshHostKey.generate(new Programs(), directory.resolve("keygen"), "one");
        SshHostKey second = SshHostKey.generate(new Programs(), directory.resolve("keygen"), "two");
        assertNotEquals(SshHostKey.fingerprint(first.publicFile()), SshHostKey.fingerprint(second.publicFile()));
        assertFalse(Files.exists(directory.resolve("keygen")));
        assertFalse(first.toString().contains("OPENSSH"));
    }

    @Test
    void theFingerprintIsTheOneSshShows() throws Exception {
        SshHostKey key = SshHostKey.generate(new Programs(), directory.resolve("keygen"), "one");
        Path file = Files.writeString(directory.resolve("key.pub"), key.publicFile());
        String shown = new Programs().check(Programs.Command.of("ssh-keygen", "-l", "-f", file.toString()));
        assertTrue(shown.contains(SshHostKey.fingerprint(key.publicFile()).orElseThrow()), shown);
    }

    @Test
    void whatIsNoKeyHasNoFingerprint() {
        assertEquals(Optional.empty(), SshHostKey.fingerprint("nonsense"));
        assertEquals(Optional.empty(), SshHostKey.fingerprint("ssh-ed25519 !!!"));
    }
}
