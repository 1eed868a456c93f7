package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one named counter by netlink (linux/netfilter/nf_tables.h, {@code NFT_MSG_GETOBJ}). Meters read every context's
 * counters all the time: a process that lists the whole table for each would cost more than what it measures.
 */
final class NftCounters {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_NETFILTER = 12;
    private static final short GET_OBJECT = 10 << 8 | 19;
    private static final short NEW_OBJECT = 10 << 8 | 18;
    private static final short NLMSG_ERROR = 2;
    private static final short NLM_F_REQUEST = 1;
    private static final byte NFPROTO_INET = 1;
    private static final int HEADER = 20;
    private static final int OBJECT_TABLE = 1;
    private static final int OBJECT_NAME = 2;
    private static final int OBJECT_TYPE = 3;
    private static final int OBJECT_DATA = 4;
    private static final int COUNTER = 1;
    private static final int COUNTER_BYTES = 1;
    private static final int TYPE_MASK = 0x3fff;
    private static final int MAX_MESSAGE = 4096;

    private static final int SEQUENCE_AT = 8;

    private final String table;

    /** Kept open: the counters of all contexts are read one after the other. */
    private @Nullable Fd socket;

    private int sequence;

    NftCounters(String table) {
        this.table = table;
    }

    /** Bytes counted so far; empty when there is no such counter or table. */
    synchronized Optional<Long> bytes(String counter) {
        Fd open = socket == null ? Syscalls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER) : socket;
        socket = null;
        byte[] request = request(table, counter);
        ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()).putInt(SEQUENCE_AT, ++sequence);
        Optional<Long> bytes;
        try {
            Syscalls.send(open, request);
            bytes = answer(numbered(ByteBuffer.wrap(Syscalls.receive(open, MAX_MESSAGE)), counter), counter);
        } catch (HostException e) {
            // whatever it may still have to say is nothing for the next one
            open.close();
            throw e;
        }
        socket = open;
        return bytes;
    }

    private ByteBuffer numbered(ByteBuffer message, String counter) {
        int answered = message.order(ByteOrder.nativeOrder()).getInt(SEQUENCE_AT);
        if (answered != sequence) {
            throw new SyscallException(
                    "nft counter %s: answer to request %d instead of %d".formatted(counter, answered, sequence),
                    Errno.EINVAL);
        }
        return message;
    }

    static byte[] request(String table, String counter) {
        ByteBuffer message = ByteBuffer.allocate(MAX_MESSAGE).order(ByteOrder.nativeOrder());
        message.putInt(0).putShort(GET_OBJECT).putShort(NLM_F_REQUEST).putInt(1).putInt(0);
        message.put(NFPROTO_INET).put((byte) 0).putShort((short) 0);
        text(message, OBJECT_TABLE, table);
        text(message, OBJECT_NAME, counter);
        message.putShort((short) 8).putShort((short) OBJECT_TYPE);
        message.order(ByteOrder.BIG_ENDIAN).putInt(COUNTER).order(ByteOrder.nativeOrder());
        message.putInt(0, message.position());
        byte[] bytes = new byte[message.position()];
        message.flip().get(bytes);
        return bytes;
    }

    private static void text(ByteBuffer message, int type, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        message.putShort((short) (4 + bytes.length + 1))
                .putShort((short) type)
                .put(bytes)
                .put((byte) 0);
        while (message.position() % 4 != 0) {
            message.put((byte) 0);
        }
    }

    private static Optional<Long> answer(ByteBuffer message, String counter) {
        message.order(ByteOrder.nativeOrder());
        short type = message.getShort(4);
        if (type == NLMSG_ERROR) {
            int errno = -message.getInt(16);
            if (errno == Errno.ENOENT) {
                return Optional.empty();
            }
            throw new SyscallException("nft counter " + counter, errno);
        }
        if (type != NEW_OBJECT) {
            throw new SyscallException("nft counter %s: answer of type %d".formatted(counter, type), Errno.EINVAL);
        }
        int end = Math.min(message.getInt(0), message.limit());
        return attribute(message.slice(HEADER, end - HEADER), OBJECT_DATA)
                .flatMap(data -> attribute(data, COUNTER_BYTES))
                .map(value -> value.order(ByteOrder.BIG_ENDIAN).getLong(0));
    }

    private static Optional<ByteBuffer> attribute(ByteBuffer attributes, int wanted) {
        attributes.order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + 4 <= attributes.limit()) {
            int length = Short.toUnsignedInt(attributes.getShort(at));
            int type = attributes.getShort(at + 2) & TYPE_MASK;
            if (length < 4 || at + length > attributes.limit()) {
                return Optional.empty();
            }
            if (type == wanted) {
                return Optional.of(attributes.slice(at + 4, length - 4));
            }
            at += length + 3 & ~3;
        }
        return Optional.empty();
    }
}
