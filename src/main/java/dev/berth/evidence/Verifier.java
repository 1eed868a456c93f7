package dev.berth.evidence;

import dev.berth.rating.Tariff;
import dev.berth.units.Money;
import dev.berth.units.NodeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Checks a bundle: each file against the manifest, each reading against its hash and its node's signature, and each line by computing it
 * again from readings and tariff. It goes on after a fault, so that everything wrong is named at once.
 */
public final class Verifier {
    private final Source source;
    private final List<String> general = new ArrayList<>();
    private final Map<UUID, Optional<Tariff>> tariffs = new HashMap<>();
    private final TreeSet<String> keys = new TreeSet<>();
    private SortedMap<String, String> wrongFiles = new TreeMap<>();

    /** The VPS whose readings are held: lines of one stand together, so each file is read once. */
    private Optional<UUID> held = Optional.empty();

    private Map<NodeId, Measured> measured = Map.of();

    private Verifier(Source source) {
        this.source = source;
    }

    public static Report verify(Source source) throws IOException {
        return new Verifier(source).report();
    }

    private Report report() throws IOException {
        wrongFiles = Manifest.check(source);
        Optional<BundleHead> head = head();
        if (head.isEmpty()) {
            wrongFiles.forEach((file, what) -> general.add(file + " " + what));
            return new Report("This is no bundle that can be read.", List.of(), general, List.of());
        }
        List<Report.Line> lines = new ArrayList<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (int n = 1; n <= head.get().lines(); n++) {
            Optional<BundleLine> line = line(n);
            if (line.isEmpty()) {
                lines.add(new Report.Line(
                        n, BundleLine.file(n), "", 0, List.of(fault(BundleLine.file(n), "cannot be read"))));
            } else {
                sum = sum.add(line.get().amount());
                lines.add(checked(head.get(), line.get(), n));
            }
        }
        totals(head.get(), sum);
        wrongFiles.forEach((file, what) -> general.add(file + " " + what));
        String title = "Invoice %s, %s to %s, %s"
                .formatted(
                        head.get().number(),
                        head.get().period().from(),
                        head.get().period().to(),
                        head.get().total());
        return new Report(title, lines, general, List.copyOf(keys));
    }

    private Report.Line checked(BundleHead head, BundleLine line, int n) throws IOException {
        List<String> more = new ArrayList<>();
        if (line.n() != n) {
            more.add("%s says that it is line %d".formatted(BundleLine.file(n), line.n()));
        }
        about(BundleLine.file(n), more);
        about(TariffText.file(line.subject().planVersion()), more);
        Optional<Tariff> tariff = tariff(line.subject().planVersion());
        if (tariff.isEmpty()) {
            more.add("its tariff cannot be read");
        }
        measured = measured(line);
        line.nodes().forEach(node -> about(Rows.file(line.subject().vps(), node), more));
        return new LineCheck(head, line, measured).check(n, tariff, more);
    }

    private void about(String file, List<String> more) {
        Optional.ofNullable(wrongFiles.get(file)).ifPresent(what -> more.add(file + " " + what));
    }

    private String fault(String file, String other) {
        return file + " " + Optional.ofNullable(wrongFiles.get(file)).orElse(other);
    }

    private Optional<BundleHead> head() throws IOException {
        try {
            return SmallFile.text(source, "invoice.json").map(BundleHead::parse);
        } catch (BundleException | IllegalArgumentException e) {
            general.add("invoice.json cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<BundleLine> line(int n) throws IOException {
        try {
            return SmallFile.text(source, BundleLine.file(n)).map(BundleLine::parse);
        } catch (BundleException | IllegalArgumentException e) {
            general.add("%s cannot be read: %s".formatted(BundleLine.file(n), e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Tariff> tariff(UUID version) throws IOException {
        Optional<Tariff> known = tariffs.get(version);
        if (known != null) {
            return known;
        }
        Optional<Tariff> read = Optional.empty();
        try {
            read = SmallFile.text(source, TariffText.file(version)).map(TariffText::parse);
        } catch (BundleException | IllegalArgumentException e) {
            general.add("%s cannot be read: %s".formatted(TariffText.file(version), e.getMessage()));
        }
        tariffs.put(version, read);
        return read;
    }

    private Map<NodeId, Measured> measured(BundleLine line) throws IOException {
        UUID vps = line.subject().vps();
        if (held.equals(Optional.of(vps)) && measured.keySet().containsAll(line.nodes())) {
            return measured;
        }
        Map<NodeId, Measured> found = new LinkedHashMap<>();
        for (NodeId node : line.nodes()) {
            Optional<InputStream> file = source.open(Rows.file(vps, node));
            if (file.isPresent()) {
                try (BufferedReader rows =
                        new BufferedReader(new InputStreamReader(file.get(), StandardCharsets.UTF_8))) {
                    Measured here = ReadingsCheck.check(vps, node, rows);
                    here.keys().forEach(key -> keys.add("%s  %s".formatted(key, here.nodeName())));
                    found.put(node, here);
                }
            }
        }
        held = Optional.of(vps);
        return found;
    }

    private void totals(BundleHead head, BigDecimal sum) {
        if (sum.compareTo(head.net().decimal()) != 0) {
            general.add("the lines sum to %s, the invoice says %s".formatted(sum.toPlainString(), head.net()));
        }
        Money base = Money.zero(head.net().currency());
        Money tax = base;
        for (BundleHead.Tax row : head.taxes()) {
            base = base.plus(row.base());
            tax = tax.plus(row.tax());
            if (!row.computed().equals(row.tax())) {
                general.add("tax on %s is %s, computed it is %s".formatted(row.base(), row.tax(), row.computed()));
            }
        }
        if (!base.equals(head.net()) || !tax.equals(head.tax())) {
            general.add("the rates are for %s and make %s of tax, the invoice says %s and %s"
                    .formatted(base, tax, head.net(), head.tax()));
        }
        if (!head.net().plus(head.tax()).equals(head.total())) {
            general.add("net and tax do not sum to the total of " + head.total());
        }
    }
}
