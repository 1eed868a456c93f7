package dev.berth.node.move;

import dev.berth.contract.Departure;
import java.io.IOException;

/** Where one node leaves what another one takes. Each call may be repeated. */
public interface MovePortal {
    /** @param piece {@link Departure#PIECE_BYTES} long, but for the last */
    void leavePiece(String migrationId, long number, byte[] piece) throws IOException, InterruptedException;

    /** All pieces are there. */
    void leaveDeparture(String migrationId, Departure departure) throws IOException, InterruptedException;

    Departure departure(String migrationId) throws IOException, InterruptedException;

    byte[] piece(String migrationId, long number) throws IOException, InterruptedException;
}
