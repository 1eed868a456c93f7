package dev.berth.payment.bank;

import dev.berth.payment.bank.Statement.Entry;
import dev.berth.units.Money;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/**
 * Reads camt.053.001.02 and .08 (ISO 20022, BankToCustomerStatement). Only booked entries count. An entry that stands for
 * several transactions is read as these when their amounts sum to its own, else as one.
 *
 * <p>The key of an entry is a hash of the bank's own reference with date, side and amount; where the bank gives none, of the
 * statement and everything it says of the entry. Entries that are alike even so are numbered in their order.
 */
public final class Camt053 {
    private static final Set<String> NAMESPACES =
            Set.of("urn:iso:std:iso:20022:tech:xsd:camt.053.001.02", "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08");
    private static final Set<String> NO_REFERENCE = Set.of("NONREF", "NOTPROVIDED", "NOT PROVIDED");
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int MAX_ENTRIES = 20_000;
    private static final int MAX_REMITTANCE = 700;
    /** Max35Text and IBAN2007Identifier of the standard. */
    private static final int MAX_STATEMENT = 35;

    private static final int MAX_ACCOUNT = 34;

    private final String statement;
    private final Map<String, Integer> seen = new HashMap<>();

    private Camt053(String statement) {
        this.statement = statement;
    }

    /** @throws NotCamt053 saying what is wrong; nothing of such a file is used */
    public static List<Statement> read(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw new NotCamt053("has more than %d bytes".formatted(MAX_BYTES));
        }
        Element root = Xml.root(file);
        String namespace = root.getNamespaceURI();
        if (namespace == null || !NAMESPACES.contains(namespace)) {
            throw new NotCamt053("is no camt.053.001.02 or camt.053.001.08");
        }
        List<Statement> statements = Xml.at(root, "BkToCstmrStmt").stream()
                .flatMap(body -> Xml.children(body, "Stmt").stream())
                .map(Camt053::statement)
                .toList();
        if (statements.isEmpty()) {
            throw new NotCamt053("has no statement");
        }
        return statements;
    }

    private static Statement statement(Element stmt) {
        String id = required(Xml.text(stmt, "Id"), "a statement has no Id");
        String account = required(
                Xml.firstText(stmt, "Acct/Id/IBAN", "Acct/Id/Othr/Id"), "statement " + id + " names no account");
        if (id.length() > MAX_STATEMENT || account.length() > MAX_ACCOUNT) {
            throw new NotCamt053("names a statement or account in more characters than the standard allows");
        }
        Camt053 reader = new Camt053(id);
        List<Entry> entries = new ArrayList<>();
        for (Element entry : Xml.children(stmt, "Ntry")) {
            if (booked(entry)) {
                entries.addAll(reader.entries(entry));
            }
            if (entries.size() > MAX_ENTRIES) {
                throw new NotCamt053("has more than %d entries".formatted(MAX_ENTRIES));
            }
        }
        return new Statement(account, id, entries);
    }

    private static boolean booked(Element entry) {
        return Xml.firstText(entry, "Sts/Cd", "Sts").filter("BOOK"::equals).isPresent();
    }

    private List<Entry> entries(Element entry) {
        Money whole = amount(required(Xml.at(entry, "Amt"), "an entry has no amount"));
        List<Element> parts = Xml.children(entry, "NtryDtls").stream()
                .flatMap(details -> Xml.children(details, "TxDtls").stream())
                .toList();
        List<Money> amounts = parts.stream()
                .flatMap(part -> partAmount(part, parts.size() == 1 ? Optional.of(whole) : Optional.empty()).stream())
                .toList();
        if (amounts.size() != parts.size() || !sum(amounts, whole)) {
            return List.of(entry(entry, entry, whole));
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            entries.add(entry(entry, parts.get(i), amounts.get(i)));
        }
        return entries;
    }

    private static boolean sum(List<Money> amounts, Money whole) {
        boolean sameCurrency =
                amounts.stream().allMatch(amount -> amount.currency().equals(whole.currency()));
        return !amounts.isEmpty()
                && sameCurrency
                && amounts.stream()
                        .reduce(Money.zero(whole.currency()), Money::plus)
                        .equals(whole);
    }

    /** What the account's currency saw of a transaction; of an only one, that is the entry's own amount. */
    private static Optional<Money> partAmount(Element part, Optional<Money> whole) {
        return whole.or(() ->
                Xml.at(part, "Amt").or(() -> Xml.at(part, "AmtDtls/TxAmt/Amt")).map(Camt053::amount));
    }

    private Entry entry(Element entry, Element part, Money amount) {
        boolean incoming =
                required(Xml.text(entry, "CdtDbtInd"), "an entry has no side").equals("CRDT");
        LocalDate bookedOn = date(required(
                Xml.firstText(entry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"), "an entry has no date"));
        String other = incoming ? "Dbtr" : "Cdtr";
        Optional<String> counterparty =
                Xml.firstText(part, "RltdPties/" + other + "/Pty/Nm", "RltdPties/" + other + "/Nm");
        Optional<String> remittance = remittance(part);
        String named = name(entry, part)
                .orElseGet(() -> statement + "|" + counterparty.orElse("") + "|" + remittance.orElse(""));
        return new Entry(
                key(named + "|" + incoming + "|" + bookedOn + "|" + amount),
                incoming,
                Xml.text(entry, "RvslInd").filter("true"::equals).isPresent(),
                amount,
                bookedOn,
                counterparty.map(text -> shortened(text, 160)),
                Xml.firstText(part, "RltdPties/" + other + "Acct/Id/IBAN", "RltdPties/" + other + "Acct/Id/Othr/Id")
                        .map(text -> shortened(text, 64)),
                Xml.text(part, "RmtInf/Strd/CdtrRefInf/Ref").map(text -> shortened(text, 40)),
                remittance);
    }

    /** The bank's own reference, of the transaction where there is one. */
    private Optional<String> name(Element entry, Element part) {
        Optional<String> own =
                Xml.text(part, "Refs/AcctSvcrRef").filter(Camt053::given).map(ref -> "T|" + ref);
        return own.or(() ->
                        Xml.text(entry, "AcctSvcrRef").filter(Camt053::given).map(ref -> "S|" + ref))
                .or(() -> Xml.text(entry, "NtryRef").filter(Camt053::given).map(ref -> "N|" + statement + "|" + ref));
    }

    private static boolean given(String reference) {
        return !NO_REFERENCE.contains(reference);
    }

    private String key(String text) {
        int count = seen.merge(text, 1, Integer::sum);
        String hash = hash(text);
        return count == 1 ? hash : hash + "#" + count;
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static Optional<String> remittance(Element part) {
        String joined = Xml.at(part, "RmtInf").stream()
                .flatMap(info -> Xml.children(info, "Ustrd").stream())
                .map(line -> line.getTextContent().strip())
                .reduce("", (one, other) -> one.isEmpty() ? other : one + " " + other);
        return Optional.of(shortened(joined, MAX_REMITTANCE)).filter(text -> !text.isEmpty());
    }

    private static String shortened(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }

    private static Money amount(Element amount) {
        try {
            return Money.of(amount.getTextContent().strip(), amount.getAttribute("Ccy"));
        } catch (IllegalArgumentException e) {
            throw new NotCamt053("has an amount '%s' that is none".formatted(amount.getTextContent()), e);
        }
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text.substring(0, Math.min(10, text.length())));
        } catch (DateTimeException e) {
            throw new NotCamt053("has a date '%s' that is none".formatted(text), e);
        }
    }

    private static <T> T required(Optional<T> value, String fault) {
        return value.orElseThrow(() -> new NotCamt053(fault));
    }
}
