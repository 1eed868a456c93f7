package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.dunning.DunningDesk;
import dev.berth.dunning.DunningDesk.Stop;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Quarantined;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.BillingService.Parked;
import dev.berth.ledger.Balance;
import dev.berth.ledger.Owner;
import dev.berth.ledger.TrialBalance;
import dev.berth.ledger.store.LedgerService;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.vps.Operation;
import dev.berth.vps.OperationService;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Staff: what needs somebody now, the find box, and bills that wait. */
@Path("/staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffPages {
    private static final int FOUND = 50;
    private final Frame frame;
    private final Callers callers;
    private final NodeService nodes;
    private final OperationService operations;
    private final AccountService accounts;
    private final VpsService vps;
    private final BillingService billing;
    private final LedgerService ledger;
    private final NameBook names;
    private final DunningDesk dunning;
    private final InstantSource clock;

    StaffPages(
            Frame frame,
            Callers callers,
            NodeService nodes,
            OperationService operations,
            AccountService accounts,
            VpsService vps,
            BillingService billing,
            LedgerService ledger,
            NameBook names,
            DunningDesk dunning,
            InstantSource clock) {
        this.names = names;
        this.dunning = dunning;
        this.frame = frame;
        this.callers = callers;
        this.nodes = nodes;
        this.operations = operations;
        this.accounts = accounts;
        this.vps = vps;
        this.billing = billing;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** A bill that waits, with whose it is. */
    public record ParkedRow(Parked period, String account) {}

    /** A balance of the ledger, with whose it is. */
    public record Held(Balance balance, String owner) {}

    /** What an overview of staff shows. */
    public record Desk(
            List<NodeRow> nodes,
            List<Operation> operations,
            Map<UUID, String> hostnames,
            Names names,
            List<Quarantined> strangers,
            List<ParkedRow> parked,
            List<Stop> questions) {
        public String hostname(Operation operation) {
            return hostnames.getOrDefault(operation.vpsId(), "");
        }

        public String nodeName(UUID id) {
            return nodes.stream()
                    .filter(row -> row.node().id().equals(id))
                    .findFirst()
                    .map(row -> row.node().name())
                    .orElse(id.toString());
        }

        public boolean quiet() {
            return operations.isEmpty()
                    && strangers.isEmpty()
                    && parked.isEmpty()
                    && questions.isEmpty()
                    && nodes.stream().noneMatch(NodeRow::missing);
        }
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance now(Desk desk);

        static native TemplateInstance find(String q, List<Account> accounts, List<Vps> servers, List<Node> nodes);

        static native TemplateInstance bills(List<ParkedRow> parked, TrialBalance balance, List<Held> held);
    }

    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response now() {
        Caller caller = callers.current();
        List<NodeRow> rows = nodes.list().stream()
                .map(node -> NodeRow.of(node, clock.instant()))
                .toList();
        List<Operation> waiting = operations.needingAttention(caller);
        Desk desk = new Desk(
                rows,
                waiting,
                vps.hostnames(
                        caller,
                        waiting.stream().map(Operation::vpsId).distinct().toList()),
                names.of(waiting.stream().map(Operation::cause)),
                nodes.quarantined(),
                parked(caller),
                dunning.stops(caller).stream().filter(Stop::waiting).toList());
        return frame.show(Templates.now(desk), "now");
    }

    private List<ParkedRow> parked(Caller caller) {
        List<Parked> all = billing.parked(caller);
        Map<UUID, String> owners =
                accounts.names(all.stream().map(p -> p.account().value()).toList());
        return all.stream()
                .map(p -> new ParkedRow(p, owners.getOrDefault(p.account().value(), "")))
                .toList();
    }

    @GET
    @Path("find")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response find(@QueryParam("q") Optional<String> q) {
        Caller caller = callers.current();
        String text = q.orElse("").strip();
        if (text.isEmpty()) {
            return frame.show(Templates.find("", List.of(), List.of(), List.of()), "");
        }
        return frame.show(
                Templates.find(
                        text, accounts.search(caller, text, FOUND), vps.search(caller, text), nodes.search(text)),
                "");
    }

    @GET
    @Path("bills")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response bills() {
        Caller caller = callers.current();
        TrialBalance balance = ledger.trialBalance(caller);
        return frame.show(Templates.bills(parked(caller), balance, held(balance)), "bills");
    }

    private List<Held> held(TrialBalance balance) {
        Map<UUID, String> owners = accounts.names(balance.balances().stream()
                .flatMap(b -> ownerId(b).stream())
                .distinct()
                .toList());
        return balance.balances().stream()
                .map(b -> new Held(
                        b, ownerId(b).map(id -> owners.getOrDefault(id, "")).orElse("Berth")))
                .toList();
    }

    private static Optional<UUID> ownerId(Balance balance) {
        return balance.account().owner() instanceof Owner.Party party
                ? Optional.of(party.account().value())
                : Optional.empty();
    }
}
