package dev.berth.network;

import dev.berth.platform.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 network of at most 4096 addresses.
 *
 * @param network its first address as a number
 * @param prefix from 20 to 32
 */
record Cidr(long network, int prefix) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    static Cidr parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw Problem.invalid("cidr", "must be an IPv4 network such as 10.77.0.0/24");
        }
        long number = 0;
        for (int i = 1; i <= 4; i++) {
            int part = Integer.parseInt(matcher.group(i));
            if (part > 255) {
                throw Problem.invalid("cidr", "has a part above 255");
            }
            number = (number << 8) | part;
        }
        int prefix = Integer.parseInt(matcher.group(5));
        if (prefix < 20 || prefix > 32) {
            throw Problem.invalid("cidr", "must have a prefix from 20 to 32");
        }
        if (number % size(prefix) != 0) {
            throw Problem.invalid("cidr", "has bits below its prefix");
        }
        return new Cidr(number, prefix);
    }

    private static long size(int prefix) {
        return 1L << (32 - prefix);
    }

    /** The network that follows it. */
    Cidr next() {
        return new Cidr(network + size(prefix), prefix);
    }

    boolean overlaps(Cidr other) {
        return network < other.network + size(other.prefix) && other.network < network + size(prefix);
    }

    /** Addresses to give away: not the network's own, the host's (first) and the broadcast one, where there are such. */
    List<String> usable() {
        long size = size(prefix);
        long first = size >= 4 ? 2 : 0;
        long end = size >= 4 ? size - 1 : size;
        List<String> addresses = new ArrayList<>();
        for (long i = first; i < end; i++) {
            addresses.add(dotted(network + i));
        }
        return List.copyOf(addresses);
    }

    private static String dotted(long number) {
        return "%d.%d.%d.%d".formatted(number >> 24 & 255, number >> 16 & 255, number >> 8 & 255, number & 255);
    }

    @Override
    public String toString() {
        return dotted(network) + "/" + prefix;
    }
}
