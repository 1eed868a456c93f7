package dev.berth.network;

import dev.berth.platform.Problem;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 network of at most 4096 addresses, or an IPv6 network of a link's size or smaller, of which the first 4096 addresses
 * are given away.
 *
 * @param network its first address as a number
 * @param prefix from 20 to 32, from 64 to 128
 */
record Cidr(Family family, BigInteger network, int prefix) {
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]{2,39})/(\\d{1,3})");
    private static final Pattern DOTTED = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
    private static final long MOST_ADDRESSES = 4_096;

    /** Which version of IP. */
    enum Family {
        IPV4(4, 20),
        IPV6(16, 64);

        private final int bytes;
        private final int shortest;

        Family(int bytes, int shortest) {
            this.bytes = bytes;
            this.shortest = shortest;
        }

        private int bits() {
            return bytes * 8;
        }
    }

    static Cidr parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw Problem.invalid("cidr", "must be a network such as 10.77.0.0/24 or 2001:db8::/64");
        }
        Family family = matcher.group(1).indexOf(':') >= 0 ? Family.IPV6 : Family.IPV4;
        BigInteger network = new BigInteger(1, bytes(family, matcher.group(1)));
        int prefix = Integer.parseInt(matcher.group(2));
        if (prefix < family.shortest || prefix > family.bits()) {
            throw Problem.invalid("cidr", "must have a prefix from %d to %d".formatted(family.shortest, family.bits()));
        }
        Cidr cidr = new Cidr(family, network, prefix);
        if (network.mod(cidr.size()).signum() != 0) {
            throw Problem.invalid("cidr", "has bits below its prefix");
        }
        return cidr;
    }

    /** Nothing is looked up: a text with a colon, or four decimal parts, is an address or nothing. */
    private static byte[] bytes(Family family, String text) {
        if (family == Family.IPV4 && !DOTTED.matcher(text).matches()) {
            throw Problem.invalid("cidr", "must be four numbers without leading zeros");
        }
        try {
            byte[] address = InetAddress.ofLiteral(text).getAddress();
            if (address.length == family.bytes) {
                return address;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw Problem.invalid("cidr", "is no address");
    }

    private BigInteger size() {
        return BigInteger.ONE.shiftLeft(family.bits() - prefix);
    }

    private BigInteger end() {
        return network.add(size());
    }

    /** The network that follows it. */
    Cidr next() {
        return new Cidr(family, end(), prefix);
    }

    boolean overlaps(Cidr other) {
        return family == other.family && network.compareTo(other.end()) < 0 && other.network.compareTo(end()) < 0;
    }

    /**
     * Addresses to give away: not the network's own (for IPv6 that of all its routers), the host's (first) and the broadcast one, where there
     * are such.
     */
    List<String> usable() {
        long size = size().min(BigInteger.valueOf(MOST_ADDRESSES)).longValueExact();
        boolean whole = size < 4;
        long end = !whole && family == Family.IPV4 ? size - 1 : size;
        List<String> addresses = new ArrayList<>();
        for (long i = whole ? 0 : 2; i < end; i++) {
            addresses.add(text(network.add(BigInteger.valueOf(i))));
        }
        return List.copyOf(addresses);
    }

    private String text(BigInteger number) {
        byte[] address = new byte[family.bytes];
        byte[] digits = number.toByteArray();
        int length = Math.min(digits.length, address.length);
        System.arraycopy(digits, digits.length - length, address, address.length - length, length);
        return family == Family.IPV4 ? dotted(address) : canonical(address);
    }

    private static String dotted(byte[] address) {
        return "%d.%d.%d.%d".formatted(address[0] & 255, address[1] & 255, address[2] & 255, address[3] & 255);
    }

    /** RFC 5952: lower case, no leading zeros, the first of the longest runs of zero groups left out. */
    private static String canonical(byte[] address) {
        int[] groups = new int[8];
        Arrays.setAll(groups, i -> ((address[2 * i] & 255) << 8) | (address[2 * i + 1] & 255));
        int from = 0;
        int length = 0;
        for (int i = 0; i < groups.length; i++) {
            int zeros = zeros(groups, i);
            if (zeros > length) {
                from = i;
                length = zeros;
            }
        }
        if (length < 2) {
            return joined(groups, 0, groups.length);
        }
        return joined(groups, 0, from) + "::" + joined(groups, from + length, groups.length);
    }

    private static int zeros(int[] groups, int from) {
        int i = from;
        while (i < groups.length && groups[i] == 0) {
            i++;
        }
        return i - from;
    }

    private static String joined(int[] groups, int from, int to) {
        List<String> words = new ArrayList<>();
        for (int i = from; i < to; i++) {
            words.add(Integer.toHexString(groups[i]));
        }
        return String.join(":", words);
    }

    @Override
    public String toString() {
        return text(network) + "/" + prefix;
    }
}
