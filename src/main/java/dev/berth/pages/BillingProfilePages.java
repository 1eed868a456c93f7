package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.party.BillingProfile;
import dev.berth.party.BillingProfiles;
import dev.berth.party.Language;
import dev.berth.party.ProfileInput;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import dev.berth.tax.Country;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What an account is billed as. */
@Path("/account/billing")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class BillingProfilePages {
    private static final List<Choice> COUNTRIES = Stream.of(Locale.getISOCountries())
            .map(code -> new Choice(code, new Country(code).name(Locale.ENGLISH)))
            .sorted(Comparator.comparing(Choice::name))
            .toList();
    private static final List<Choice> LANGUAGES = Stream.of(Language.values())
            .map(language -> new Choice(language.tag(), language.locale().getDisplayLanguage(language.locale())))
            .toList();
    /** Those named after a place, as people know them. */
    private static final List<String> ZONES = ZoneId.getAvailableZoneIds().stream()
            .filter(id ->
                    id.equals("UTC") || id.matches("(Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+"))
            .sorted()
            .toList();

    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final BillingProfiles profiles;
    private final Once once;

    BillingProfilePages(Frame frame, Callers callers, AccountService accounts, BillingProfiles profiles, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.profiles = profiles;
        this.once = once;
    }

    /** An option of a list. */
    public record Choice(String code, String name) {}

    /** The form, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, boolean saved, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance profile(
                BillingProfile profile,
                Sheet sheet,
                List<Choice> countries,
                List<Choice> languages,
                List<String> zones);
    }

    @GET
    @Operation(hidden = true)
    public Response profile(@QueryParam("saved") Optional<String> saved) {
        BillingProfile profile = profiles.of(accounts.ensureFor(callers.current()));
        return show(profile, new Sheet(Filled.with(typed(profile)), saved.isPresent(), once.key()), 200);
    }

    private static Map<String, String> typed(BillingProfile profile) {
        Map<String, String> fields = new HashMap<>();
        List<String> street = profile.address().street();
        fields.put("legalName", profile.legalName());
        fields.put("street", street.isEmpty() ? "" : street.getFirst());
        fields.put("street2", String.join(", ", street.stream().skip(1).toList()));
        fields.put("postalCode", profile.address().postalCode());
        fields.put("city", profile.address().city());
        fields.put("country", profile.address().country().code());
        fields.put("vatId", profile.vat().id().orElse(""));
        fields.put("language", profile.language().tag());
        fields.put("timeZone", profile.zone().getId());
        return fields;
    }

    private Response show(BillingProfile profile, Sheet sheet, int status) {
        return frame.show(Templates.profile(profile, sheet, COUNTRIES, LANGUAGES, ZONES), "account", status);
    }

    @POST
    @Operation(hidden = true)
    public Response change(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Caller caller = callers.current();
        Account account = accounts.ensureFor(caller);
        ProfileInput input = new ProfileInput(
                form.text("legalName"),
                List.of(form.text("street"), form.text("street2")),
                form.text("postalCode"),
                form.text("city"),
                form.text("country"),
                form.text("vatId"),
                form.text("language"),
                form.text("timeZone"));
        try {
            return once.go(form, "account/" + account.id() + "/billing", () -> {
                profiles.change(caller, account.id(), form.version(), input);
                return "/account/billing?saved=yes";
            });
        } catch (Problem problem) {
            Sheet refused = new Sheet(Filled.refused(form, problem), false, once.key());
            return show(profiles.of(account), refused, problem.status());
        }
    }
}
