package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Vps.DesiredState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** What owners want their VPS' firewalls to be. The node has it with the next change of its specs, usually at once. */
@ApplicationScoped
public class FirewallService {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final VpsService service;
    private final NodeService nodes;
    private final Firewalls firewalls;
    private final AuditService audit;

    FirewallService(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            VpsService service,
            NodeService nodes,
            Firewalls firewalls,
            AuditService audit) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.service = service;
        this.nodes = nodes;
        this.firewalls = firewalls;
        this.audit = audit;
    }

    /** @param version of the VPS, for If-Match */
    public record Seen(FirewallRuleset ruleset, long version) {}

    public Seen get(Caller caller, UUID vpsId) {
        Vps vps = service.get(caller, vpsId);
        return seen(vps);
    }

    private Seen seen(Vps vps) {
        long done = database.number("SELECT observed_generation AS n FROM vps WHERE id = ?", vps.id());
        return new Seen(FirewallRuleset.of(firewalls.find(vps.id()), done >= vps.generation()), vps.version());
    }

    /** @param version of the VPS that the caller has seen */
    public Seen put(Caller caller, UUID vpsId, long version, FirewallRuleset.Wanted wanted) {
        tenancy.requireChange(caller, service.byId(vpsId).accountId(), "VPS");
        return change(caller, vpsId, version, Optional.of(wanted.checked()));
    }

    public Seen remove(Caller caller, UUID vpsId, long version) {
        tenancy.requireChange(caller, service.byId(vpsId).accountId(), "VPS");
        return change(caller, vpsId, version, Optional.empty());
    }

    /** The node's row is locked first, as everywhere. */
    private Seen change(Caller caller, UUID vpsId, long version, Optional<Firewall> wanted) {
        return transactions.run(() -> {
            long revision = nodes.nextRevision(service.byId(vpsId).node().id());
            database.one("SELECT id FROM vps WHERE id = ? FOR UPDATE", row -> row.uuid("id"), vpsId);
            Vps vps = service.byId(vpsId);
            if (vps.desiredState() == DesiredState.DELETED) {
                throw Problem.conflict("deleted", "This VPS is deleted or being deleted.");
            }
            service.requireStill(vpsId);
            if (vps.version() != version) {
                throw Answers.stale();
            }
            wanted.ifPresentOrElse(firewall -> firewalls.put(vpsId, firewall), () -> firewalls.remove(vpsId));
            database.update(
                    "UPDATE vps SET generation = generation + 1, version = version + 1, revision = ? WHERE id = ?",
                    revision,
                    vpsId);
            audit.record(caller, Deed.of("vps.firewall", "vps", vpsId).account(vps.accountId()));
            return seen(service.byId(vpsId));
        });
    }
}
