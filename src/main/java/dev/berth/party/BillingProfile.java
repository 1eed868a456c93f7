package dev.berth.party;

import dev.berth.tax.Supply.BuyerFacts;
import dev.berth.tax.VatStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/**
 * What an account is billed as.
 *
 * @param version 1, 2, 3 …; 0 for an account that never said anything: then all but the name is a default
 * @param vat the VAT id and what is known of it
 * @param language of its invoices and letters
 * @param zone in which its months begin and end
 */
public record BillingProfile(
        UUID accountId,
        int version,
        Instant validFrom,
        String legalName,
        String email,
        PostalAddress address,
        VatProof vat,
        Language language,
        ZoneId zone) {

    /**
     * A buyer's VAT id with the answer of the register that counts.
     *
     * @param id of an EU country without blanks, or whatever a country outside has; empty for a consumer
     * @param checkedAt when the register answered
     * @param reference the register's number for the answer
     */
    public record VatProof(
            Optional<String> id, VatStatus status, Optional<Instant> checkedAt, Optional<String> reference) {
        public static final VatProof NONE =
                new VatProof(Optional.empty(), VatStatus.NONE, Optional.empty(), Optional.empty());

        public VatProof {
            if (id.isEmpty() != (status == VatStatus.NONE)) {
                throw new IllegalArgumentException("VAT id %s is %s".formatted(id, status));
            }
            boolean answered = status == VatStatus.VALID || status == VatStatus.INVALID;
            if (answered && checkedAt.isEmpty()) {
                throw new IllegalArgumentException("nobody said that %s is %s".formatted(id, status));
            }
        }

        public static VatProof unchecked(String id) {
            return new VatProof(Optional.of(id), VatStatus.UNCHECKED, Optional.empty(), Optional.empty());
        }
    }

    /** What decides the tax. */
    public BuyerFacts taxed() {
        return new BuyerFacts(address.country(), vat.status());
    }
}
