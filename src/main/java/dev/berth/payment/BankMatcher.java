package dev.berth.payment;

import dev.berth.account.AccountService;
import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.payment.Receipts.Target;
import dev.berth.payment.bank.Statement.Entry;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whose an incoming bank entry is: by creditor reference, then by an invoice's number in the text, then by a known payer who
 * sends exactly what is open of one invoice. A name or an amount alone is never enough.
 */
@ApplicationScoped
class BankMatcher {
    private static final Pattern REFERENCE = Pattern.compile("RF[0-9]{2}[A-Z0-9]{1,21}");
    private static final int SHORTEST_NUMBER = 5;
    private static final int MAX_WORDS = 60;

    private final OpenInvoices invoices;
    private final PaymentAccounts paymentAccounts;
    private final PaymentStore payments;
    private final AccountService accounts;

    BankMatcher(
            OpenInvoices invoices, PaymentAccounts paymentAccounts, PaymentStore payments, AccountService accounts) {
        this.invoices = invoices;
        this.paymentAccounts = paymentAccounts;
        this.payments = payments;
        this.accounts = accounts;
    }

    /**
     * What was found out.
     *
     * @param target empty when staff must look
     * @param reason why, for staff
     */
    record Match(Optional<Target> target, String reason) {
        private static Match none(String reason) {
            return new Match(Optional.empty(), reason);
        }
    }

    Match match(Entry entry) {
        if (entry.reversal()) {
            return Match.none("takes an earlier entry back");
        }
        Optional<Target> found = byReference(entry).or(() -> byNumber(entry)).or(() -> byPayer(entry));
        if (found.isEmpty()) {
            return Match.none("no reference, no invoice number, no known payer with this amount open");
        }
        String currency = accounts.byId(found.get().account().value()).currency();
        boolean same = currency.equals(entry.amount().currency().getCurrencyCode());
        return same ? new Match(found, "") : Match.none("the account has " + currency);
    }

    private Optional<Target> byReference(Entry entry) {
        return Stream.concat(
                        entry.reference().stream(), written(entry.remittance().orElse("")))
                .flatMap(text -> CreditorReference.parse(text).stream())
                .flatMap(reference -> target(reference).stream())
                .findFirst();
    }

    private Optional<Target> target(CreditorReference reference) {
        return invoice(reference.body())
                .map(Target::of)
                .or(() -> paymentAccounts.byReference(reference).map(account -> new Target(account, Optional.empty())));
    }

    private Optional<OpenInvoice> invoice(String body) {
        List<OpenInvoice> found = invoices.byReference(body);
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** Every stretch of the text that may be a reference, the longest first: what follows it may be glued to it. */
    private static Stream<String> written(String text) {
        String compact = text.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
        List<String> candidates = new ArrayList<>();
        Matcher matcher = REFERENCE.matcher(compact);
        for (int from = 0; matcher.find(from) && candidates.size() < MAX_WORDS; from = matcher.start() + 1) {
            String longest = matcher.group();
            for (int length = longest.length(); length >= SHORTEST_NUMBER + 4; length--) {
                candidates.add(longest.substring(0, length));
            }
        }
        return candidates.stream();
    }

    private Optional<Target> byNumber(Entry entry) {
        String[] words = entry.remittance().orElse("").toUpperCase(Locale.ROOT).split("[\\s,;:]+", MAX_WORDS + 1);
        return Stream.of(words)
                .limit(MAX_WORDS)
                .map(word -> word.replaceAll("[^A-Z0-9]", ""))
                .filter(word -> word.length() >= SHORTEST_NUMBER && word.length() <= 21)
                .flatMap(word -> invoice(word).stream())
                .map(Target::of)
                .findFirst();
    }

    private Optional<Target> byPayer(Entry entry) {
        List<AccountId> known =
                entry.counterpartyAccount().map(payments::payers).orElse(List.of());
        if (known.size() != 1) {
            return Optional.empty();
        }
        List<OpenInvoice> fitting = invoices.ofAccount(known.getFirst()).stream()
                .filter(open -> same(open.open(), entry.amount()))
                .toList();
        return fitting.size() == 1 ? Optional.of(Target.of(fitting.getFirst())) : Optional.empty();
    }

    private static boolean same(Money one, Money other) {
        return one.equals(other);
    }
}
