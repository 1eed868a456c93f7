package dev.berth.payment;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.document.Language;
import dev.berth.document.Texts;
import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.mail.Mail;
import dev.berth.mail.Outbox;
import dev.berth.party.BillingProfile;
import dev.berth.party.BillingProfiles;
import dev.berth.payment.ChargePlans.Attempt;
import dev.berth.payment.ChargePlans.Plan;
import dev.berth.payment.Payment.State;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Tells by mail that a charge which the portal made by itself did not work, and what comes next. */
@ApplicationScoped
class ChargeNotices {
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+");

    private final ChargePlans plans;
    private final PaymentAccounts cards;
    private final OpenInvoices invoices;
    private final AccountService accounts;
    private final BillingProfiles profiles;
    private final Outbox outbox;
    private final String address;

    ChargeNotices(
            ChargePlans plans,
            PaymentAccounts cards,
            OpenInvoices invoices,
            AccountService accounts,
            BillingProfiles profiles,
            Outbox outbox,
            @ConfigProperty(name = "berth.payment.address") String address) {
        this.plans = plans;
        this.cards = cards;
        this.invoices = invoices;
        this.accounts = accounts;
        this.profiles = profiles;
        this.outbox = outbox;
        this.address = address;
    }

    /**
     * In the transaction in which it is known; each attempt is told of once.
     *
     * @param held as it was until now
     */
    void failed(Payment held) {
        if (!calledOff(held)) {
            plans.attempt(held.id()).ifPresent(attempt -> tell(held, attempt));
        }
    }

    /** Nothing was sent, and there is no card or no agreement any more: who ended it expects no charge. */
    private boolean calledOff(Payment held) {
        return held.state() == State.CREATED
                && held.account().filter(cards::charged).isEmpty();
    }

    private void tell(Payment payment, Attempt attempt) {
        Plan plan = plans.find(attempt.invoice()).orElseThrow();
        OpenInvoice invoice = invoices.find(attempt.invoice()).orElseThrow();
        Account account = accounts.byId(plan.account().value());
        // of what was paid otherwise by now, nothing is tried again
        if (!invoice.open().isPositive() || !ADDRESS.matcher(account.email()).matches()) {
            return;
        }
        BillingProfile profile = profiles.of(account);
        Language language = Language.of(profile.language().tag());
        Texts texts = Texts.of(language);
        String next = plan.next()
                .map(at -> texts.get("mail.charge-failed.again", language.day(LocalDate.ofInstant(at, profile.zone()))))
                .orElseGet(() -> texts.get("mail.charge-failed.last"));
        outbox.queue(new Mail(
                "charge-failed/" + attempt.invoice() + "/" + attempt.n(),
                "charge-failed",
                Optional.of(account.id()),
                Mail.Address.to(account.email()),
                language.locale(),
                texts.get("mail.charge-failed.subject", invoice.label()),
                texts.get(
                        "mail.charge-failed.text",
                        language.amount(payment.amount()),
                        invoice.label(),
                        next,
                        address + "/billing/payments"),
                List.of()));
    }
}
