package dev.berth.pages;

import dev.berth.account.AccountService;
import dev.berth.invoice.Reviews;
import dev.berth.invoice.Reviews.Review;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
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
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: bills to look at before they get a number. */
@Path("/staff/reviews")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffReviewPages {
    private static final String PAGE = "/staff/reviews";
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final Reviews reviews;
    private final Once once;

    StaffReviewPages(Frame frame, Callers callers, AccountService accounts, Reviews reviews, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.reviews = reviews;
        this.once = once;
    }

    /** A bill with whose it is. */
    public record Row(Review review, String account) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance reviews(List<Row> rows, Filled filled, String key);

        static native TemplateInstance review(Row row, Filled filled, String key);
    }

    @GET
    @Operation(hidden = true)
    public Response reviews() {
        return list(Filled.EMPTY, 200);
    }

    private Response list(Filled filled, int status) {
        List<Review> all = reviews.list(callers.current());
        Map<UUID, String> owners =
                accounts.names(all.stream().map(r -> r.account().value()).toList());
        List<Row> rows = all.stream()
                .map(r -> new Row(r, owners.getOrDefault(r.account().value(), "")))
                .toList();
        return frame.show(Templates.reviews(rows, filled, once.key()), "bills", status);
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response review(@PathParam("id") String id) {
        return one(Ids.parse("bill", id), Filled.EMPTY, 200);
    }

    private Response one(UUID id, Filled filled, int status) {
        Caller caller = callers.current();
        Review review = reviews.get(caller, id);
        Row row = new Row(review, accounts.get(caller, review.account().value()).name());
        return frame.show(Templates.review(row, filled, once.key()), "bills", status);
    }

    @POST
    @Path("approve")
    @Operation(hidden = true)
    public Response approveAll(MultivaluedMap<String, String> fields) {
        return once.go(new Form(fields), "staff/reviews/approve", () -> {
            reviews.approveAll(callers.current());
            return PAGE;
        });
    }

    @POST
    @Path("{id}/approve")
    @Operation(hidden = true)
    public Response approve(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID bill = Ids.parse("bill", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/reviews/" + bill + "/approve", () -> {
                reviews.approve(callers.current(), bill, form.text("net"));
                return PAGE;
            });
        } catch (Problem problem) {
            return one(bill, Filled.refused(form, problem), problem.status());
        }
    }

    @POST
    @Path("{id}/hold")
    @Operation(hidden = true)
    public Response hold(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID bill = Ids.parse("bill", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/reviews/" + bill + "/hold", () -> {
                reviews.hold(callers.current(), bill, form.text("reason"));
                return PAGE;
            });
        } catch (Problem problem) {
            return one(bill, Filled.refused(form, problem), problem.status());
        }
    }
}
