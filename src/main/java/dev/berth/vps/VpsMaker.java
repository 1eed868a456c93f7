package dev.berth.vps;

import dev.berth.contract.UserData;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Need;
import dev.berth.fleet.NodeService.Placement;
import dev.berth.network.AddressService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.OperationService.Change;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes a VPS in the transaction of its order. */
@ApplicationScoped
public class VpsMaker {
    private final Database database;
    private final NodeService nodes;
    private final AddressService addresses;
    private final Subscriptions subscriptions;
    private final OperationService operations;
    private final InstantSource clock;

    VpsMaker(
            Database database,
            NodeService nodes,
            AddressService addresses,
            Subscriptions subscriptions,
            OperationService operations,
            InstantSource clock) {
        this.database = database;
        this.nodes = nodes;
        this.addresses = addresses;
        this.subscriptions = subscriptions;
        this.operations = operations;
        this.clock = clock;
    }

    /** What is to be made; every value has been checked. */
    public record NewVps(
            UUID accountId,
            UUID planVersionId,
            UUID imageId,
            String hostname,
            Optional<String> externalId,
            List<String> sshKeys,
            Optional<UserData> userData,
            Need need) {
        public NewVps {
            sshKeys = List.copyOf(sshKeys);
        }
    }

    /** @throws Problem 409 {@code sold-out} when no node has room or an address left */
    public Operation make(Caller caller, NewVps wanted) {
        // a retry with the same external id is told so before capacity could be
        requireFresh(wanted);
        Placement placement = nodes.reserve(wanted.need()).orElseThrow(VpsMaker::soldOut);
        UUID id = Ids.next(clock);
        insert(id, wanted, placement);
        if (addresses.reserve(placement.nodeId(), id).isEmpty()) {
            throw soldOut();
        }
        VpsLife.addKeys(database, id, wanted.sshKeys());
        subscriptions.begin(id, wanted.accountId(), wanted.planVersionId());
        return operations.begin(caller, new Change(id, Operation.Kind.CREATE, 1, Optional.empty()));
    }

    private void requireFresh(NewVps wanted) {
        long taken = database.number(
                "SELECT COUNT(*) AS n FROM vps WHERE account_id = ? AND external_id = ?",
                wanted.accountId(),
                wanted.externalId());
        if (taken > 0) {
            throw externalIdTaken();
        }
    }

    private void insert(UUID id, NewVps wanted, Placement placement) {
        try {
            database.update(
                    "INSERT INTO vps (id, account_id, node_id, plan_version_id, image_id, hostname, external_id,"
                            + " user_data, desired_state, revision, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?)",
                    id,
                    wanted.accountId(),
                    placement.nodeId(),
                    wanted.planVersionId(),
                    wanted.imageId(),
                    wanted.hostname(),
                    wanted.externalId(),
                    wanted.userData().map(UserData::text),
                    placement.revision(),
                    clock.instant());
        } catch (DatabaseException e) {
            if (e.duplicateKey().filter("uq_vps_external"::equals).isPresent()) {
                throw externalIdTaken();
            }
            throw e;
        }
    }

    private static Problem externalIdTaken() {
        return Problem.conflict("external-id-taken", "Another VPS of this account has this externalId.");
    }

    private static Problem soldOut() {
        return Problem.conflict("sold-out", "There is no room for this plan now.");
    }
}
