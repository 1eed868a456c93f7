package dev.berth.node.testing;

import dev.berth.contract.Departure;
import dev.berth.node.disk.FileDigest;
import dev.berth.node.json.Json;
import dev.berth.node.move.MovePortal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a portal keeps of migrations, in a directory: it outlives the nodes that are killed beside it. */
public final class DirectoryPortal implements MovePortal {
    private final Path directory;

    public DirectoryPortal(Path directory) {
        this.directory = directory;
    }

    /** As if a node had left this content. */
    public void prepare(String migrationId, byte[] content, Departure.Carried carried) {
        try {
            leavePiece(migrationId, 0, content);
            String digest = FileDigest.of(directory.resolve(migrationId + "-0"));
            leaveDeparture(migrationId, new Departure(digest, content.length, carried));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void leavePiece(String migrationId, long number, byte[] piece) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve(migrationId + "-" + number), piece);
    }

    @Override
    public void leaveDeparture(String migrationId, Departure departure) throws IOException {
        Files.writeString(directory.resolve(migrationId), Json.text(departure));
    }

    @Override
    public Departure departure(String migrationId) throws IOException {
        return Json.read(Files.readString(directory.resolve(migrationId)), Departure.class);
    }

    @Override
    public byte[] piece(String migrationId, long number) throws IOException {
        return Files.readAllBytes(directory.resolve(migrationId + "-" + number));
    }
}
