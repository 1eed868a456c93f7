package dev.berth.invoice;

import dev.berth.account.AccountService;
import dev.berth.fleet.NodeKeys.NodeKey;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Invoices and what stands behind them. */
@Path("/api/v1/invoices")
@Tag(name = "invoice")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class InvoiceResource {
    private final Callers callers;
    private final BillingService billing;
    private final AccountService accounts;
    private final Bundles bundles;

    InvoiceResource(Callers callers, BillingService billing, AccountService accounts, Bundles bundles) {
        this.bundles = bundles;
        this.callers = callers;
        this.billing = billing;
        this.accounts = accounts;
    }

    @GET
    @Operation(summary = "Final invoices of an account (the caller's own without ?account), newest first")
    public Page<InvoiceJson.Summary> list(
            @QueryParam("account") Optional<String> account,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        Caller caller = callers.current();
        Page<Invoice.Summary> page = billing.invoices(caller, account(caller, account), Page.Ask.of(limit, cursor));
        return new Page<>(page.items().stream().map(InvoiceJson.Summary::of).toList(), page.nextCursor());
    }

    @GET
    @Path("/so-far")
    @Operation(summary = "The draft of the billing period under way, up to now")
    public InvoiceJson.Full soFar(@QueryParam("account") Optional<String> account) {
        Caller caller = callers.current();
        return billing.soFar(caller, account(caller, account))
                .map(InvoiceJson.Full::of)
                .orElseThrow(() -> Problem.notFound("draft: the account has no VPS in this period"));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "An invoice, or the draft that will be one")
    public InvoiceJson.Full get(@PathParam("id") String id) {
        return InvoiceJson.Full.of(billing.invoice(callers.current(), Ids.parse("invoice", id)));
    }

    @GET
    @Path("/{id}/bundle")
    @Produces("application/zip")
    @Operation(
            summary = "Everything that proves a final invoice, for `berth verify`: lines, prices, readings, signatures")
    public Response bundle(@PathParam("id") String id) {
        return bundles.answer(billing.issued(callers.current(), Ids.parse("invoice", id)));
    }

    @GET
    @Path("/{id}/node-keys")
    @Operation(
            summary =
                    "Keys of the nodes that measured for an invoice, to compare with those its bundle was signed with")
    public List<NodeKey> nodeKeys(@PathParam("id") String id) {
        return billing.nodeKeys(callers.current(), Ids.parse("invoice", id));
    }

    @GET
    @Path("/{id}/lines/{n}/evidence")
    @Operation(
            summary =
                    "The measurements behind a line: readings, hashes, signatures, paths to signed roots; further readings of an"
                            + " interval by its number and its next cursor")
    public InvoiceJson.Proofs evidence(
            @PathParam("id") String id,
            @PathParam("n") int n,
            @QueryParam("interval") Optional<Integer> interval,
            @QueryParam("cursor") Optional<String> cursor,
            @QueryParam("limit") Optional<Integer> limit) {
        Evidence.Ask ask = Evidence.Ask.of(interval, cursor, limit);
        return InvoiceJson.Proofs.of(billing.evidence(callers.current(), Ids.parse("invoice", id), n, ask));
    }

    @POST
    @Path("/{id}/recompute")
    @Operation(summary = "Compute an invoice again from its readings; changes nothing, names every difference")
    public InvoiceJson.Recomputation recompute(@PathParam("id") String id) {
        return InvoiceJson.Recomputation.of(billing.recompute(callers.current(), Ids.parse("invoice", id)));
    }

    private UUID account(Caller caller, Optional<String> given) {
        return given.map(text -> Ids.parse("account", text))
                .orElseGet(() -> accounts.ensureFor(caller).id());
    }
}
