package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.platform.Caller;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Vps.ObservedState;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Starts a VPS from another system, so that its owner can mend its own one, and back. */
@ApplicationScoped
public class VpsRescue {
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final VpsService service;
    private final ImageService images;

    VpsRescue(Transactions transactions, Tenancy tenancy, VpsService service, ImageService images) {
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.service = service;
        this.images = images;
    }

    /**
     * Runs afterwards, also when it was stopped.
     *
     * @param imageId what the rescue system is made from; empty for the VPS's own image
     */
    public Operation enter(Caller caller, UUID id, Optional<UUID> imageId) {
        Vps vps = requireChange(caller, id);
        Image image = images.byId(imageId.orElse(vps.image().id()))
                .filter(found -> imageId.isEmpty() || found.retiredAt().isEmpty())
                .orElseThrow(() -> Problem.invalid("imageId", "is not an image that can be started"));
        imageId.ifPresent(_ -> images.requireSold(image));
        return transactions.run(() -> {
            Wish wish =
                    new Wish(Kind.RESCUE, "desired_state = 'RUNNING', rescue_image_id = ?", Optional.of(image.name()));
            return service.change(caller, id, wish, VpsRescue::refuseEntering, image.id());
        });
    }

    /** One that is stopped stays so; what was written in the rescue system is gone. */
    public Operation leave(Caller caller, UUID id) {
        requireChange(caller, id);
        return transactions.run(() -> service.change(
                caller, id, new Wish(Kind.LEAVE_RESCUE, "rescue_image_id = NULL"), VpsRescue::refuseLeaving));
    }

    private Vps requireChange(Caller caller, UUID id) {
        Vps vps = service.byId(id);
        tenancy.requireChange(caller, vps.accountId(), "VPS");
        return vps;
    }

    private static void refuseEntering(Vps vps) {
        if (vps.rescueImage().isPresent()) {
            throw Problem.conflict("in-rescue", "This VPS is in rescue already.");
        }
        if (vps.observedState() == ObservedState.CREATING) {
            throw Problem.conflict("not-built", "This VPS is not built yet.");
        }
    }

    private static void refuseLeaving(Vps vps) {
        if (vps.rescueImage().isEmpty()) {
            throw Problem.conflict("not-in-rescue", "This VPS is not in rescue.");
        }
    }
}
