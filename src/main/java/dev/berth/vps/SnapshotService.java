package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Snapshot.State;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What owners ask of a VPS' disk: snapshots, restoring one, beginning anew from an image. One of these at a time. */
@ApplicationScoped
public class SnapshotService {
    private static final int MAX_NAME = 64;
    private static final String UNCHANGED = "storage_layer = storage_layer";
    private static final String REPLACED =
            "storage_layer = storage_layer + 1, layer_after = NULL, layer_from = ?, image_id = ?";

    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final VpsService service;
    private final Snapshots snapshots;
    private final DiskGuard guard;
    private final ImageService images;

    SnapshotService(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            VpsService service,
            Snapshots snapshots,
            DiskGuard guard,
            ImageService images) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.service = service;
        this.snapshots = snapshots;
        this.guard = guard;
        this.images = images;
    }

    /**
     * @param items newest first
     * @param allowed by the plan
     * @param used places taken; what failed and what is being deleted takes none
     */
    public record Listed(List<Snapshot> items, int allowed, int used) {
        public Listed {
            items = List.copyOf(items);
        }

        public boolean full() {
            return used >= allowed;
        }
    }

    public Listed list(Caller caller, UUID vpsId) {
        service.get(caller, vpsId);
        List<Snapshot> found =
                snapshots.list(vpsId).stream().map(s -> worded(caller, s)).toList();
        return new Listed(found, snapshots.allowed(vpsId), snapshots.used(vpsId));
    }

    public Snapshot get(Caller caller, UUID vpsId, UUID id) {
        service.get(caller, vpsId);
        return worded(caller, byId(vpsId, id));
    }

    private Snapshot byId(UUID vpsId, UUID id) {
        return snapshots.find(vpsId, id).orElseThrow(() -> Problem.notFound("snapshot"));
    }

    private static Snapshot worded(Caller caller, Snapshot snapshot) {
        return caller.staff() ? snapshot : snapshot.inPlainWords();
    }

    /** A snapshot that was asked for, and the operation that takes it. */
    public record Taken(Snapshot snapshot, Operation operation) {}

    public Taken take(Caller caller, UUID vpsId, @Nullable String name) {
        requireChange(caller, vpsId);
        InputFaults faults = new InputFaults();
        String called = faults.text("name", name, MAX_NAME);
        faults.throwIfAny();
        return transactions.run(() -> {
            Wish wish = new Wish(Kind.TAKE_SNAPSHOT, UNCHANGED, Optional.of(called));
            Operation operation = service.change(caller, vpsId, wish, vps -> guard.forCopy(vps, Optional.empty()));
            UUID id = add(service.byId(vpsId), operation, called);
            return new Taken(byId(vpsId, id), operation);
        });
    }

    private UUID add(Vps vps, Operation operation, String name) {
        snapshots.dropFailed(vps.id());
        return snapshots.add(vps, operation, name);
    }

    public Operation remove(Caller caller, UUID vpsId, UUID id) {
        requireChange(caller, vpsId);
        String name = byId(vpsId, id).name();
        return transactions.run(() -> {
            Wish wish = new Wish(Kind.DELETE_SNAPSHOT, UNCHANGED, Optional.of(name));
            Operation operation = service.change(caller, vpsId, wish, guard::forRemoval);
            if (byId(vpsId, id).state() == State.DELETING) {
                throw Problem.conflict("snapshot-deleted", "This snapshot is being deleted already.");
            }
            snapshots.drop(id);
            return operation;
        });
    }

    /**
     * Puts the disk back to what a snapshot holds; what was written since is lost, unless a snapshot is taken before.
     *
     * @param snapshotBefore when it cannot be taken, nothing is replaced
     */
    public Operation restore(Caller caller, UUID vpsId, UUID id, boolean snapshotBefore) {
        requireChange(caller, vpsId);
        Snapshot source = byId(vpsId, id);
        return transactions.run(() -> {
            Wish wish = new Wish(Kind.RESTORE, REPLACED, Optional.of(source.name()));
            Operation operation = service.change(
                    caller,
                    vpsId,
                    wish,
                    vps -> guard.forReplacement(vps, source.image().id(), snapshotBefore, Optional.of(byId(vpsId, id))),
                    id,
                    source.image().id());
            before(vpsId, operation, snapshotBefore, "before restoring " + source.name());
            return operation;
        });
    }

    /**
     * Begins the disk anew from an image; addresses and keys stay.
     *
     * @param imageId empty for the one it has
     */
    public Operation reinstall(Caller caller, UUID vpsId, Optional<UUID> imageId, boolean snapshotBefore) {
        requireChange(caller, vpsId);
        Image image = image(imageId.orElse(service.byId(vpsId).image().id()), imageId.isPresent());
        return transactions.run(() -> {
            Wish wish = new Wish(Kind.REINSTALL, REPLACED, Optional.of(image.name()));
            Operation operation = service.change(
                    caller,
                    vpsId,
                    wish,
                    vps -> guard.forReplacement(vps, image.id(), snapshotBefore, Optional.empty()),
                    Optional.empty(),
                    image.id());
            before(vpsId, operation, snapshotBefore, "before reinstalling");
            return operation;
        });
    }

    private Image image(UUID id, boolean chosen) {
        Image image = images.byId(id)
                .filter(found -> !chosen || found.retiredAt().isEmpty())
                .orElseThrow(() -> Problem.invalid("imageId", "is not an image that can be installed"));
        if (chosen) {
            images.requireSold(image);
        }
        return image;
    }

    private void before(UUID vpsId, Operation operation, boolean wanted, String name) {
        if (wanted) {
            UUID copy =
                    add(service.byId(vpsId), operation, name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME));
            database.update("UPDATE vps SET layer_after = ? WHERE id = ?", copy, vpsId);
        }
    }

    private void requireChange(Caller caller, UUID vpsId) {
        tenancy.requireChange(caller, service.byId(vpsId).accountId(), "VPS");
    }
}
