package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.invoice.BillingService;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.Statement;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Page;
import dev.berth.units.Money;
import dev.berth.vps.Vps;
import dev.berth.vps.Vps.Suspension.Cause;
import dev.berth.vps.VpsService;
import dev.berth.vps.VpsService.Query;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A customer's first page: what they have, what it costs so far, and what needs them. */
@Path("/home")
@Authenticated
@RunOnVirtualThread
public class HomePages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final VpsService vps;
    private final BillingService billing;
    private final LedgerService ledger;
    private final DunningBanner banner;

    HomePages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            VpsService vps,
            BillingService billing,
            LedgerService ledger,
            DunningBanner banner) {
        this.banner = banner;
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.vps = vps;
        this.billing = billing;
        this.ledger = ledger;
    }

    /** A VPS with what it costs in the period under way. */
    public record Row(Vps vps, VpsState state, Money cost) {}

    /** Something to look at, and where. */
    public record Notice(String tone, String text, String path, String action) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance home(List<Row> rows, List<Notice> notices, Statement statement, Account account);
    }

    @GET
    @Operation(hidden = true)
    public Response home() {
        Caller caller = callers.current();
        if (caller.staff()) {
            return Frame.go("/staff");
        }
        Account account = accounts.ensureFor(caller);
        List<Row> rows = vps.list(caller, Query.ALL, Page.Ask.FIRST).items().stream()
                .map(v ->
                        new Row(v, VpsState.of(v), billing.usage(caller, v.id()).net()))
                .toList();
        Statement statement = ledger.statement(caller, account.id());
        return frame.show(Templates.home(rows, notices(caller, account, rows, statement), statement, account), "home");
    }

    private List<Notice> notices(Caller caller, Account account, List<Row> rows, Statement statement) {
        List<Notice> notices = new ArrayList<>();
        banner.of(caller, account.id()).ifPresent(notices::add);
        if (notices.isEmpty() && statement.owed().isPositive()) {
            notices.add(new Notice(
                    "wait",
                    Show.money(statement.owed()) + " of final invoices is not paid yet.",
                    "/billing",
                    "Billing"));
        }
        for (Row row : rows) {
            row.vps()
                    .suspended()
                    .ifPresent(s -> notices.add(about(
                            row,
                            "%s is suspended%s: %s"
                                    .formatted(
                                            row.vps().hostname(),
                                            s.cause() == Cause.STAFF ? " by staff" : "",
                                            s.reason()))));
            row.vps()
                    .failure()
                    .ifPresent(f -> notices.add(about(
                            row,
                            "%s is not as it should be: %s".formatted(row.vps().hostname(), f))));
        }
        return notices;
    }

    private static Notice about(Row row, String text) {
        return new Notice("bad", text, "/vps/" + row.vps().id(), "Look at it");
    }
}
