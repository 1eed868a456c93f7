package dev.berth.node.move;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Departure;
import dev.berth.contract.Departure.Bank;
import dev.berth.contract.Departure.Carried;
import dev.berth.contract.Migration;
import dev.berth.node.cpu.Balance;
import dev.berth.node.cpu.Drawn;
import dev.berth.node.cpu.Governor;
import dev.berth.node.cpu.Moment;
import dev.berth.node.disk.FileDigest;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.meter.Meters;
import dev.berth.node.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The steps of a migration on either side. Every one may be cut off and repeated. What a context carries is on the disk from the moment
 * its meter ends here until it is measured again; files in the directory are copies, which a restart of the daemon removes.
 */
public final class Moves {
    /** A balance that came with its context counts from no kernel's counter. */
    private static final String NO_BOOT = "carried";

    private static final String LEAVING = ".leaving";
    private static final String ARRIVED = ".arrived";
    private static final String UNFINISHED = ".new";

    /** What a migration acts on. */
    public record Parts(Host host, Meters meters, Governor governor, MovePortal portal, Clock clock) {}

    private final Parts parts;
    private final Path directory;

    /** What is noted of files, of layers that were written down and not yet handed over: like the copies, made anew after a restart. */
    private final Map<String, Map<String, String>> leaving = new ConcurrentHashMap<>();

    /** @param directory for layers on their way; what is left in it from before is removed */
    public Moves(Parts parts, Path directory) {
        this.parts = parts;
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new HostException("cannot use " + directory, e);
        }
        files("").forEach(Moves::delete);
    }

    /** Whether a context's meter ended here, or came here, and does not go on yet. */
    public boolean left(String contextId) {
        return !parts.meters().metered(contextId)
                && parts.meters().carried(contextId).isPresent();
    }

    public void endMeter(ContextSpec spec) {
        Moment now = new Moment(parts.clock().utcMillis(), parts.clock().monotonicNanos());
        Optional<Bank> bank = parts.governor()
                .balance(spec.contextId(), now)
                .map(b -> new Bank(b.balanceNanos(), b.held(), Math.max(1, b.utcMillis())));
        parts.meters().leave(spec.contextId(), spec.generation(), bank);
    }

    public void export(ContextLayout layout) {
        Path whole = directory.resolve(layout.contextId() + LEAVING);
        Path unfinished = directory.resolve(layout.contextId() + LEAVING + UNFINISHED);
        delete(unfinished);
        leaving.put(layout.contextId(), parts.host().exportLayer(layout, unfinished));
        rename(unfinished, whole);
    }

    public void send(ContextLayout layout) throws InterruptedException {
        String id = layout.contextId();
        Path archive = directory.resolve(id + LEAVING);
        Carried carried = parts.meters()
                .carried(id)
                .orElseThrow(() -> new HostException("it was never measured here, so there is nothing to move"))
                .withWritten(leaving.getOrDefault(id, Map.of()));
        String migration = migration(layout);
        try {
            Departure departure = new Departure(FileDigest.of(archive), Files.size(archive), carried);
            try (InputStream in = Files.newInputStream(archive)) {
                for (long n = 0; n < departure.pieces(); n++) {
                    parts.portal().leavePiece(migration, n, in.readNBytes(Departure.PIECE_BYTES));
                }
            }
            parts.portal().leaveDeparture(migration, departure);
        } catch (IOException e) {
            throw new HostException("the disk cannot be handed over: " + e.getMessage(), e);
        }
        forget(id);
    }

    public void fetch(ContextLayout layout) throws InterruptedException {
        String id = layout.contextId();
        forget(id);
        Path unfinished = directory.resolve(id + UNFINISHED);
        try {
            Departure departure = parts.portal().departure(migration(layout));
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                fetch(migration(layout), departure, out);
            }
            parts.meters().carry(id, departure.carried());
            rename(unfinished, directory.resolve(id + "." + departure.archiveDigest() + ARRIVED));
        } catch (IOException e) {
            throw new HostException("the disk cannot be fetched: " + e.getMessage(), e);
        }
    }

    private void fetch(String migration, Departure departure, OutputStream out)
            throws IOException, InterruptedException {
        long left = departure.archiveBytes();
        for (long n = 0; n < departure.pieces(); n++) {
            byte[] piece = parts.portal().piece(migration, n);
            if (piece.length != Math.min(left, Departure.PIECE_BYTES)) {
                throw new IOException("piece %d has %d bytes".formatted(n, piece.length));
            }
            out.write(piece);
            left -= piece.length;
        }
    }

    /** The digest is in the file's name since it was fetched: what the portal said the source had written. */
    public void receive(ContextLayout layout) {
        String id = layout.contextId();
        Path archive = files(id).stream()
                .filter(file -> file.toString().endsWith(ARRIVED))
                .findFirst()
                .orElseThrow(() -> new HostException("what was fetched is not there"));
        String name = archive.getFileName().toString();
        Map<String, String> written =
                parts.meters().carried(id).flatMap(Carried::written).orElse(Map.of());
        parts.host()
                .ensureReceivedLayer(
                        layout, archive, name.substring(id.length() + 1, name.length() - ARRIVED.length()), written);
        forget(id);
    }

    public void adoptMeter(ContextSpec spec) {
        String id = spec.contextId();
        Carried carried = parts.meters()
                .carried(id)
                .orElseThrow(() -> new HostException("what it was measured to have used did not come with it"));
        Drawn drawn = carried.counters()
                .boughtCpu()
                .map(bought -> new Drawn(bought.creditMicros(), bought.surplusMicros()))
                .orElse(Drawn.NOTHING);
        carried.bank()
                .ifPresent(bank -> parts.governor()
                        .carried(
                                id,
                                new Balance(bank.balanceNanos(), bank.held(), 0, NO_BOOT, 0, bank.utcMillis(), drawn)));
        parts.meters().arrive(spec, carried);
        // What could not be handed over lies here as long as its source keeps trying, and is of no use when it is back.
        forget(id);
    }

    /** Removes the copies of a context's layer. */
    public void forget(String contextId) {
        leaving.remove(contextId);
        files(contextId).forEach(Moves::delete);
    }

    private static String migration(ContextLayout layout) {
        return layout.spec()
                .migration()
                .map(Migration::migrationId)
                .orElseThrow(() -> new HostException("it is part of no migration"));
    }

    private List<Path> files(String contextId) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.getFileName().toString().startsWith(contextId))
                    .toList();
        } catch (IOException e) {
            throw new HostException("cannot list " + directory, e);
        }
    }

    private static void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new HostException("cannot rename %s".formatted(from), e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new HostException("cannot remove %s".formatted(file), e);
        }
    }
}
