package dev.berth.document.web;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Whom a buyer asks about an invoice of the operator; an XRechnung has to name somebody. */
@ConfigMapping(prefix = "berth.contact")
interface ContactSettings {
    Optional<String> name();

    Optional<String> telephone();

    Optional<String> email();
}
