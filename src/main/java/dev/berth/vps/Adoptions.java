package dev.berth.vps;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.fleet.Node;
import dev.berth.fleet.Node.Resources;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Need;
import dev.berth.network.AddressService;
import dev.berth.network.AddressService.Address;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import dev.berth.vps.OperationService.Change;
import dev.berth.vps.Strangers.Adoptable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes a context that a node has, and nobody here knows, a VPS of an account: the same disk under the same id. */
@ApplicationScoped
public class Adoptions {
    /** A node says at least once a minute what it has. */
    private static final Duration FRESH = Duration.ofMinutes(3);

    private final Database database;
    private final Transactions transactions;
    private final NodeService nodes;
    private final Strangers strangers;
    private final AccountService accounts;
    private final CatalogService catalog;
    private final ImageService images;
    private final AddressService addresses;
    private final Subscriptions subscriptions;
    private final OperationService operations;
    private final AuditService audit;
    private final InstantSource clock;

    Adoptions(
            Database database,
            Transactions transactions,
            NodeService nodes,
            Strangers strangers,
            AccountService accounts,
            CatalogService catalog,
            ImageService images,
            AddressService addresses,
            Subscriptions subscriptions,
            OperationService operations,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.nodes = nodes;
        this.strangers = strangers;
        this.accounts = accounts;
        this.catalog = catalog;
        this.images = images;
        this.addresses = addresses;
        this.subscriptions = subscriptions;
        this.operations = operations;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Whose it becomes.
     *
     * @param account id
     * @param plan its short name
     */
    public record NewAdoption(
            @Nullable String account,
            @Nullable String plan,
            @Nullable String reason) {}

    /**
     * What came of it.
     *
     * @param addresses that it has now
     * @param lostAddresses that it had and could not keep
     */
    public record Adopted(
            UUID vpsId, UUID accountId, List<String> addresses, List<String> lostAddresses, Operation operation) {
        public Adopted {
            addresses = List.copyOf(addresses);
            lostAddresses = List.copyOf(lostAddresses);
        }
    }

    private record Place(Node node, UUID contextId) {}

    private record Checked(Account account, Plan plan, Image image, Adoptable stranger, String reason) {}

    /** All or nothing: room, VPS, addresses, subscription, operation and trail in one transaction. */
    public Adopted adopt(Caller caller, UUID nodeId, UUID contextId, NewAdoption wanted) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("This is for administrators.");
        }
        Place place = new Place(nodes.byId(nodeId), contextId);
        return transactions.run(() -> {
            if (!strangers.any(nodeId, contextId)) {
                throw Problem.notFound("stranger");
            }
            return store(caller, place, check(place, wanted));
        });
    }

    private Checked check(Place place, NewAdoption wanted) {
        InputFaults faults = new InputFaults();
        String reason = faults.text("reason", wanted.reason(), 500);
        Optional<Account> account = account(faults, wanted.account());
        Optional<Plan> plan =
                catalog.bySlug(wanted.plan() == null ? "" : wanted.plan().trim());
        faults.check(plan.isPresent(), "plan", "names no plan that is for sale");
        Optional<Adoptable> stranger = strangers.adoptable(place.node().id(), place.contextId());
        faults.check(
                stranger.isPresent(),
                "contextId",
                "cannot be adopted: its node was never asked for it, so nobody knows what its disk lies over");
        Optional<Image> image = stranger.flatMap(it -> images.byDigest(it.imageDigest()));
        stranger.ifPresent(it -> fits(faults, place, it, image.isPresent()));
        known(place.contextId()).ifPresent(sentence -> faults.add("contextId", sentence));
        plan.ifPresent(it -> sold(faults, place.node(), it, account));
        plan.ifPresent(it -> stranger.ifPresent(held -> large(faults, it, held)));
        faults.throwIfAny();
        return new Checked(
                account.orElseThrow(), plan.orElseThrow(), image.orElseThrow(), stranger.orElseThrow(), reason);
    }

    private Optional<Account> account(InputFaults faults, @Nullable String text) {
        try {
            Optional<Account> found = Optional.of(accounts.byId(UUID.fromString(text == null ? "" : text.trim())));
            faults.check(found.get().state() == Account.State.ACTIVE, "account", "is closed");
            return found;
        } catch (IllegalArgumentException | Problem e) {
            faults.add("account", "names no account");
            return Optional.empty();
        }
    }

    private void fits(InputFaults faults, Place place, Adoptable stranger, boolean image) {
        Instant now = clock.instant();
        faults.check(
                place.node().heardSince(now) && stranger.lastSeenAt().isAfter(now.minus(FRESH)),
                "contextId",
                "was not reported lately: its node must be heard of");
        faults.check(image, "contextId", "lies over an image that is not registered here: " + stranger.imageDigest());
        faults.check(
                stranger.snapshots() == 0,
                "contextId",
                "has %d snapshots, which would be lost: remove them on its node first".formatted(stranger.snapshots()));
    }

    private Optional<String> known(UUID id) {
        return database.one(
                "SELECT CONCAT('is the id of VPS ', v.hostname, ' of ', a.name, ' on ', n.name, IF(v.observed_state = 'GONE',"
                        + " ', which was deleted', '')) AS sentence FROM vps v JOIN account a ON a.id = v.account_id"
                        + " JOIN node n ON n.id = v.node_id WHERE v.id = ?",
                row -> row.text("sentence"),
                id);
    }

    private static void sold(InputFaults faults, Node node, Plan plan, Optional<Account> account) {
        faults.check(
                account.filter(it -> !it.currency().equals(plan.currency())).isEmpty(),
                "plan",
                "is not sold in the account's currency");
        faults.check(
                plan.limits().diskInodes().isEmpty() || node.inodeLimits(),
                "plan",
                "limits the number of files, which this node cannot");
    }

    private static void large(InputFaults faults, Plan plan, Adoptable stranger) {
        long used = stranger.diskBytes().orElse(0L);
        faults.check(
                used <= plan.limits().diskBytes(),
                "plan",
                "has a disk of %d bytes, and %d are in use"
                        .formatted(plan.limits().diskBytes(), used));
    }

    private Adopted store(Caller caller, Place place, Checked checked) {
        UUID node = place.node().id();
        UUID id = place.contextId();
        if (!nodes.reserveOn(node, need(checked.plan()))) {
            throw Problem.conflict("node-full", "This node takes no VPS now, or has no room for this plan.");
        }
        insert(place, checked, nodes.nextRevision(node));
        List<String> now = addresses.reserve(node, id, checked.stranger().addresses()).stream()
                .map(Address::text)
                .toList();
        if (now.isEmpty()) {
            throw Problem.conflict("no-address", "This node has no address left.");
        }
        subscriptions.begin(id, checked.account().id(), checked.plan().versionId());
        strangers.forget(node, id);
        long generation = checked.stranger().generation() + 1;
        Operation operation = operations.begin(
                caller, new Change(id, Operation.Kind.CREATE, generation, Optional.of(checked.reason())));
        List<String> lost = checked.stranger().addresses().stream()
                .filter(address -> !now.contains(address))
                .toList();
        audit.record(
                caller,
                Deed.of("vps.adopt", "vps", id)
                        .account(checked.account().id())
                        .because(checked.reason())
                        .with("found on %s as %s, plan %s, addresses %s, it had %s"
                                .formatted(
                                        place.node().name(),
                                        checked.stranger().hostname(),
                                        checked.plan().slug(),
                                        now,
                                        checked.stranger().addresses())));
        return new Adopted(id, checked.account().id(), now, lost, operation);
    }

    private static Need need(Plan plan) {
        return new Need(
                new Resources(
                        plan.limits().cpuBaselineMilli(),
                        plan.limits().memoryBytes(),
                        plan.limits().diskBytes(),
                        plan.limits().netReservedBits().orElse(0L)),
                plan.limits().diskInodes().isPresent());
    }

    /** The layer is the one that is there: another number would have the node replace the disk. */
    private void insert(Place place, Checked checked, long revision) {
        Adoptable stranger = checked.stranger();
        database.update(
                "INSERT INTO vps (id, account_id, node_id, plan_version_id, image_id, hostname, desired_state, generation,"
                        + " restarts, storage_layer, revision, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                place.contextId(),
                checked.account().id(),
                place.node().id(),
                checked.plan().versionId(),
                checked.image().id(),
                stranger.hostname(),
                stranger.running() ? Vps.DesiredState.RUNNING : Vps.DesiredState.STOPPED,
                stranger.generation() + 1,
                stranger.restarts(),
                stranger.layer(),
                revision,
                clock.instant());
    }
}
