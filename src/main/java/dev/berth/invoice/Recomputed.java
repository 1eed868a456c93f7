package dev.berth.invoice;

import dev.berth.units.InvoiceId;
import java.util.List;

/** What came of computing an invoice again from its readings. */
public record Recomputed(InvoiceId invoice, int lines, List<Difference> differences) {
    public Recomputed {
        differences = List.copyOf(differences);
    }

    public boolean same() {
        return differences.isEmpty();
    }

    /** @param line its number; 0 for the invoice's totals */
    public record Difference(int line, String what) {}
}
