package dev.berth.party;

import dev.berth.tax.VatId;
import java.util.Optional;

/** Where one learns whether a VAT id was given to anybody. */
public interface VatRegister {
    /** What a register said, or why it said nothing. */
    sealed interface Answer {
        /**
         * @param name in which it is registered, where the country tells
         * @param reference the register's number for this answer, a proof for the tax office
         */
        record Said(boolean valid, Optional<String> name, Optional<String> reference) implements Answer {}

        /** Nothing is known: never an answer in either direction. */
        record Silent(String why) implements Answer {}
    }

    /** @param asker VAT id of who asks; only then is there a reference */
    Answer ask(VatId id, Optional<VatId> asker);

    /** Whether there is anybody to ask. */
    boolean reachable();
}
