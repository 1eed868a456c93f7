package dev.berth.platform;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;

/** Entry point of the portal. */
@QuarkusMain
public final class Start {
    private Start() {}

    /**
     * What is formatted for no reader in particular (numbers of invoices, names of files, rows of a bundle) is the same wherever the
     * server stands: Arabic and Persian locales have digits of their own. Readers' languages are named where they are written for.
     */
    public static void main(String... arguments) {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        Quarkus.run(arguments);
    }
}
