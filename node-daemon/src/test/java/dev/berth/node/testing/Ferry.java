package dev.berth.node.testing;

import dev.berth.contract.Departure;
import dev.berth.node.move.MovePortal;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A portal's part in migrations that can be told to hold a piece until it is let go, and to give a changed one. */
public final class Ferry implements MovePortal {
    private static final long HELD_SECONDS = 60;

    private final MovePortal portal;
    private final Map<Way, Gate> gates = new ConcurrentHashMap<>();
    private volatile boolean changes;

    public Ferry(MovePortal portal) {
        this.portal = portal;
    }

    /** From the source, or to the target. */
    public enum Way {
        OUT,
        IN
    }

    /** Where a piece is held. */
    public static final class Gate {
        private final long number;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        private Gate(long number) {
            this.number = number;
        }

        public boolean isReached() {
            return reached.getCount() == 0;
        }

        public void open() {
            open.countDown();
        }
    }

    /** The next time that a piece of this number comes along. */
    public Gate hold(Way way, long number) {
        Gate gate = new Gate(number);
        gates.put(way, gate);
        return gate;
    }

    /** From now on a byte of what is given is another one than was left. */
    public void change(boolean on) {
        changes = on;
    }

    @Override
    public void leavePiece(String migrationId, long number, byte[] piece) throws IOException, InterruptedException {
        pass(Way.OUT, number);
        portal.leavePiece(migrationId, number, piece);
    }

    /** Looks at the pieces as the real one does. */
    @Override
    public void leaveDeparture(String migrationId, Departure departure) throws IOException, InterruptedException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (long n = 0; n < departure.pieces(); n++) {
                sha256.update(portal.piece(migrationId, n));
            }
            String found = "sha256:" + HexFormat.of().formatHex(sha256.digest());
            if (!found.equals(departure.archiveDigest())) {
                throw new IOException("the pieces are " + found);
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        portal.leaveDeparture(migrationId, departure);
    }

    @Override
    public Departure departure(String migrationId) throws IOException, InterruptedException {
        return portal.departure(migrationId);
    }

    @Override
    public byte[] piece(String migrationId, long number) throws IOException, InterruptedException {
        pass(Way.IN, number);
        byte[] piece = portal.piece(migrationId, number);
        if (changes && number == 1) {
            piece[piece.length / 2] ^= 1;
        }
        return piece;
    }

    private void pass(Way way, long number) throws InterruptedException {
        Optional<Gate> gate =
                Optional.ofNullable(gates.get(way)).filter(g -> g.number == number && gates.remove(way, g));
        if (gate.isPresent()) {
            gate.get().reached.countDown();
            gate.get().open.await(HELD_SECONDS, TimeUnit.SECONDS);
        }
    }
}
