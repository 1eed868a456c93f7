package dev.berth.ledger.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;

/** How the bookkeeper's DATEV knows us. */
@ConfigMapping(prefix = "berth.datev")
public interface DatevSettings {
    /** Number of the tax adviser. */
    @WithDefault("1001")
    int consultant();

    @WithDefault("1")
    int client();

    /** First day of the business year, {@code MM-DD}. */
    @WithDefault("01-01")
    String yearBegins();

    /** Standard chart of accounts, {@code 03} or {@code 04}. */
    @WithDefault("04")
    String chart();

    /** Of an account's number. */
    @WithDefault("4")
    int digits();

    /** Number of an account by kind of the ledger. */
    Map<String, String> accounts();

    /** DATEV's tax key by kind of the ledger, where its account needs one. */
    Map<String, String> taxKeys();
}
