package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/** An Ed25519 host key pair in OpenSSH's file formats. */
record SshHostKey(String privateFile, String publicFile) {
    static final String PRIVATE_PATH = "etc/ssh/ssh_host_ed25519_key";
    static final String PUBLIC_PATH = PRIVATE_PATH + ".pub";
    static final int MAX_BYTES = 4096;

    /** @param directory only root can read it; the files are gone when this returns */
    static SshHostKey generate(Programs programs, Path directory, String comment) {
        Directories.remove(directory);
        Directories.make(directory, "rwx------");
        try {
            Path file = directory.resolve("key");
            programs.check(Programs.Command.of(
                    "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file.toString()));
            return new SshHostKey(Files.readString(file), Files.readString(directory.resolve("key.pub")));
        } catch (IOException e) {
            throw new HostException("cannot read the new host key", e);
        } finally {
            Directories.remove(directory);
        }
    }

    /** {@code SHA256:…} as ssh(1) shows it; empty when the text is no public key. */
    static Optional<String> fingerprint(String publicFile) {
        String[] words = publicFile.strip().split(" ", 3);
        if (words.length < 2) {
            return Optional.empty();
        }
        try {
            byte[] blob = Base64.getDecoder().decode(words[1]);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(blob);
            return Optional.of("SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "SshHostKey[***]";
    }
}
