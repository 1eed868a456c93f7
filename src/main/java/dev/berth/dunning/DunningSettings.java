package dev.berth.dunning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** How overdue invoices are dealt with. */
@ConfigMapping(prefix = "berth.dunning")
public interface DunningSettings {
    /** Steps, each with days after the due date and days of notice; another text is a new version, for cases that begin from then on. */
    @WithDefault("REMIND:1, REMIND:7, LIMIT:14:7, FREEZE:21:7, STOP:28:7, ARCHIVE:45:14, DELETE:90:14")
    String ladder();

    /** By key of a seller, where it has another ladder. */
    Map<String, String> ladderOf();

    /** How often runs are. */
    @WithDefault("PT1M")
    String runEvery();

    /** How long after a look a case is looked at again. */
    @WithDefault("PT1M")
    Duration lookEvery();

    /** What LIMIT leaves of CPU and sending. */
    @WithDefault("10")
    int limitPercent();

    /** Whether DELETE waits for staff. */
    @WithDefault("approval")
    Deletion delete();

    /** For how many days a customer may promise to pay, once in a case. */
    @WithDefault("7")
    int promiseDays();

    /** When no bank statement came for so long, after some had come, payments may be missing. */
    @WithDefault("P5D")
    Duration bankSilence();

    /** When the result of so many payments is not known, a gateway is in trouble. */
    @WithDefault("3")
    int unknownPayments();

    Breaker breaker();

    /** When staff are asked before anything happens. */
    interface Breaker {
        @WithDefault("20")
        int maxAccounts();

        @WithDefault("2")
        int maxPercent();

        @WithDefault("3")
        int smallNumber();
    }

    /** Who decides that a disk is given up. */
    enum Deletion {
        APPROVAL,
        AUTOMATIC
    }
}
