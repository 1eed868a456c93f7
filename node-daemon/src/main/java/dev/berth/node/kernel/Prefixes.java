package dev.berth.node.kernel;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;

/** Prefixes of addresses as a packet filter takes them in a set: none of them within another (nft(8), interval sets). */
final class Prefixes {
    private Prefixes() {}

    /** Those that no other covers, each once, in the order given. */
    static List<String> outermost(List<String> prefixes) {
        List<Prefix> all = prefixes.stream().map(Prefix::of).toList();
        return IntStream.range(0, all.size())
                .filter(i -> IntStream.range(0, all.size())
                        .noneMatch(j -> i != j
                                && all.get(j).covers(all.get(i))
                                && (j < i || !all.get(i).covers(all.get(j)))))
                .mapToObj(prefixes::get)
                .toList();
    }

    private record Prefix(int width, int length, BigInteger network) {
        static Prefix of(String text) {
            int slash = text.indexOf('/');
            byte[] address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            int width = address.length * Byte.SIZE;
            int length = Integer.parseInt(text.substring(slash + 1));
            return new Prefix(width, length, new BigInteger(1, address).shiftRight(width - length));
        }

        boolean covers(Prefix other) {
            return width == other.width
                    && length <= other.length
                    && other.network.shiftRight(other.length - length).equals(network);
        }
    }
}
