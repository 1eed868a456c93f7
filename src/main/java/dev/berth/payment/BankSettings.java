package dev.berth.payment;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The house's bank account, as customers need it to pay. Without an IBAN, the seller's own words on the invoice say how. */
@Singleton
public class BankSettings {
    private final Optional<String> iban;
    private final Optional<String> bic;
    private final Optional<String> holder;

    public BankSettings(
            @ConfigProperty(name = "berth.payment.bank.iban") Optional<String> iban,
            @ConfigProperty(name = "berth.payment.bank.bic") Optional<String> bic,
            @ConfigProperty(name = "berth.payment.bank.holder") Optional<String> holder) {
        this.iban = iban.map(text -> text.replaceAll("\\s", ""));
        this.bic = bic;
        this.holder = holder;
    }

    public Optional<String> iban() {
        return iban;
    }

    public Optional<String> bic() {
        return bic;
    }

    public Optional<String> holder() {
        return holder;
    }
}
