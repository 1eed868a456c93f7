package dev.berth.node.agent;

import dev.berth.contract.Patterns;

/**
 * A single-use secret that also names whom to trust: {@code <random>.<SHA-256 of the authority's certificate>}.
 */
public record JoinToken(String secret, String authoritySha256) {
    /** @throws IllegalArgumentException when it has not that form; the message does not show it */
    public static JoinToken parse(String text) {
        String token = text.strip();
        int dot = token.lastIndexOf('.');
        String fingerprint = token.substring(dot + 1);
        if (dot < 16
                || token.length() > 256
                || !Patterns.SHA256_HEX.matcher(fingerprint).matches()) {
            throw new IllegalArgumentException("the join token has not the form <random>.<fingerprint>");
        }
        return new JoinToken(token, fingerprint);
    }

    @Override
    public String toString() {
        return "JoinToken[…]";
    }
}
