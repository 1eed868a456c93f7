package dev.berth.vps;

import dev.berth.contract.Patterns;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One public key as {@code authorized_keys} has it (RFC 4253 section 6.6, RFC 5656, RFC 8709), really read: its text must
 * name the type that its bytes have.
 *
 * @param line type, base64 and comment, with single spaces
 */
public record SshKey(String line) {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 16384;
    private static final int MAX_FIELD = 4096;

    /** Either a key or what is wrong with the text. */
    public record Parsed(Optional<SshKey> key, String fault) {
        private static Parsed wrong(String fault) {
            return new Parsed(Optional.empty(), fault);
        }
    }

    public static Parsed parse(@Nullable String text) {
        String trimmed = text == null ? "" : text.strip();
        if (trimmed.isEmpty()) {
            return Parsed.wrong("is missing");
        }
        if (trimmed.contains("PRIVATE KEY")) {
            return Parsed.wrong("is a private key: keep it secret, paste the line of the .pub file");
        }
        String[] parts = trimmed.split("[ \\t]+", 3);
        if (parts.length < 2) {
            return Parsed.wrong("must be a line such as 'ssh-ed25519 AAAA… comment'");
        }
        String comment = parts.length == 3 ? " " + parts[2].strip() : "";
        String line = parts[0] + " " + parts[1] + comment;
        if (!Patterns.SSH_KEY.matcher(line).matches()) {
            return Parsed.wrong("is not one line of an ed25519, RSA or ECDSA public key without options");
        }
        Optional<String> fault = fault(parts[0], parts[1]);
        return fault.isPresent() ? Parsed.wrong(fault.get()) : new Parsed(Optional.of(new SshKey(line)), "");
    }

    private static Optional<String> fault(String type, String base64) {
        byte[] blob;
        try {
            blob = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return Optional.of("is cut off or mistyped: its base64 cannot be read");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(blob))) {
            String inner = new String(field(in), StandardCharsets.US_ASCII);
            if (!inner.equals(type)) {
                return Optional.of("says it is %s but its bytes are another type".formatted(type));
            }
            Optional<String> fault = faultOfBody(type, in);
            if (fault.isEmpty() && in.available() > 0) {
                return Optional.of("has bytes after its end");
            }
            return fault;
        } catch (IOException e) {
            return Optional.of("is cut off: its bytes end too early");
        }
    }

    private static Optional<String> faultOfBody(String type, DataInputStream in) throws IOException {
        return switch (type) {
            case "ssh-ed25519" -> length(field(in), 32);
            case "ssh-rsa" -> rsa(in);
            case "sk-ssh-ed25519@openssh.com" -> {
                Optional<String> fault = length(field(in), 32);
                field(in);
                yield fault;
            }
            case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
                Optional<String> fault = ecdsa("nistp256", in);
                field(in);
                yield fault;
            }
            default -> ecdsa(type.substring("ecdsa-sha2-".length()), in);
        };
    }

    private static Optional<String> length(byte[] field, int bytes) {
        return field.length == bytes
                ? Optional.empty()
                : Optional.of("has %d bytes where %d belong".formatted(field.length, bytes));
    }

    private static Optional<String> rsa(DataInputStream in) throws IOException {
        BigInteger exponent = new BigInteger(field(in));
        BigInteger modulus = new BigInteger(field(in));
        if (exponent.signum() <= 0 || !exponent.testBit(0) || modulus.signum() <= 0) {
            return Optional.of("is no RSA key");
        }
        int bits = modulus.bitLength();
        return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
                ? Optional.empty()
                : Optional.of("is an RSA key of %d bits: at least %d are needed".formatted(bits, MIN_RSA_BITS));
    }

    private static Optional<String> ecdsa(String curve, DataInputStream in) throws IOException {
        String inner = new String(field(in), StandardCharsets.US_ASCII);
        byte[] point = field(in);
        int size = switch (curve) {
            case "nistp256" -> 32;
            case "nistp384" -> 48;
            default -> 66;
        };
        boolean uncompressed = point.length == 2 * size + 1 && point[0] == 4;
        return inner.equals(curve) && uncompressed
                ? Optional.empty()
                : Optional.of("is no point of the curve " + curve);
    }

    private static byte[] field(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_FIELD || length > in.available()) {
            throw new IOException("a field of %d bytes".formatted(length));
        }
        return in.readNBytes(length);
    }
}
