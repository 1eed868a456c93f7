package dev.berth.vps;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.Sha2Crypt;

/** A password of root, made here and told once; only its hash is stored. */
final class Password {
    /** Without letters and digits that are mistaken for others: 31 signs, so that 24 of them are 118 bits. */
    private static final String SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";

    private static final String SALT_SIGNS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 24;
    private static final int SALT_LENGTH = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String text;

    private Password(String text) {
        this.text = text;
    }

    static Password fresh() {
        return new Password(signs(SIGNS, LENGTH));
    }

    private static String signs(String from, int count) {
        return RANDOM.ints(count, 0, from.length())
                .mapToObj(i -> String.valueOf(from.charAt(i)))
                .collect(Collectors.joining());
    }

    /** As crypt(5) has it: SHA-512, which every image's login understands. */
    String hash() {
        return Sha2Crypt.sha512Crypt(text.getBytes(US_ASCII), "$6$" + signs(SALT_SIGNS, SALT_LENGTH));
    }

    /** The password itself, to be told once. */
    String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "***";
    }
}
