package dev.berth.resale;

import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Who sells what it sells at its own prices. */
@ApplicationScoped
public class Resellers {
    private final Callers callers;
    private final WholesaleTerms terms;

    Resellers(Callers callers, WholesaleTerms terms) {
        this.callers = callers;
        this.terms = terms;
    }

    /**
     * @param id the account that resells for the caller
     * @param agreed whether it has wholesale terms
     */
    public record Reseller(Caller caller, UUID id, boolean agreed) {}

    /** @throws Problem 403 for a caller who is none */
    public Reseller current() {
        Caller caller = callers.current();
        UUID id = terms.reseller(caller).id();
        return new Reseller(caller, id, terms.of(id).isPresent());
    }

    /** @throws Problem 409 for a reseller that has no terms: what it sold would be nobody's to bill */
    public Reseller agreed() {
        Reseller reseller = current();
        if (!reseller.agreed()) {
            throw Problem.conflict("no-terms", "You have no wholesale terms yet: ask us for them first.");
        }
        return reseller;
    }
}
