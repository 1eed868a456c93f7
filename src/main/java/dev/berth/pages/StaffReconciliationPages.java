package dev.berth.pages;

import dev.berth.account.AccountService;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.reconcile.Comparison;
import dev.berth.reconcile.Finding;
import dev.berth.reconcile.Findings;
import dev.berth.reconcile.Reconciliation;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: what does not fit between bills, hosts and what is there. */
@Path("/staff/reconciliation")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffReconciliationPages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final NodeService nodes;
    private final Findings findings;
    private final Reconciliation reconciliation;
    private final Once once;

    StaffReconciliationPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            NodeService nodes,
            Findings findings,
            Reconciliation reconciliation,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.nodes = nodes;
        this.findings = findings;
        this.reconciliation = reconciliation;
        this.once = once;
    }

    /** @param owner name of the account whose bills wait; empty for nobody's */
    record FindingRow(Finding finding, String owner) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance findings(List<FindingRow> rows, List<Node> nodes);

        static native TemplateInstance finding(FindingRow row, Filled filled, String key);

        static native TemplateInstance node(Node node, List<Comparison> comparisons);
    }

    @GET
    @Operation(hidden = true)
    public Response findings() {
        Caller caller = callers.current();
        List<Finding> found = findings.list(caller);
        Map<UUID, String> names = accounts.names(
                found.stream().flatMap(one -> one.account().stream()).collect(Collectors.toSet()));
        List<FindingRow> rows = found.stream().map(one -> row(one, names)).toList();
        return frame.show(Templates.findings(rows, nodes.list()), "bills");
    }

    private static FindingRow row(Finding finding, Map<UUID, String> names) {
        return new FindingRow(
                finding, finding.account().map(id -> names.getOrDefault(id, "")).orElse(""));
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response finding(@PathParam("id") String id) {
        return show(Ids.parse("finding", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Finding finding = findings.get(callers.current(), id);
        Map<UUID, String> names = accounts.names(finding.account().stream().toList());
        return frame.show(Templates.finding(row(finding, names), filled, once.key()), "bills", status);
    }

    @POST
    @Path("{id}/accept")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response accept(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID finding = Ids.parse("finding", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/reconciliation/" + finding, () -> {
                findings.accept(callers.current(), finding, form.text("reason"));
                return "/staff/reconciliation";
            });
        } catch (Problem problem) {
            return show(finding, Filled.refused(form, problem), problem.status());
        }
    }

    @GET
    @Path("nodes/{id}")
    @Operation(hidden = true)
    public Response node(@PathParam("id") String id) {
        UUID node = Ids.parse("node", id);
        return frame.show(
                Templates.node(nodes.byId(node), reconciliation.comparisons(callers.current(), node)), "bills");
    }
}
