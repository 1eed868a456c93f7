package dev.berth.catalog;

import dev.berth.catalog.AddOn.Kind;
import dev.berth.catalog.AddOnDesk.NewAddOn;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Add-ons to play with: made once, where {@code berth.demo} is on. */
@ApplicationScoped
class DemoAddOns {
    private static final Caller DEMO = Caller.system("demo");
    private static final BigDecimal VCPU_HOUR = BigDecimal.valueOf(3_600);
    private static final BigDecimal HUNDRED_GIGABYTES = BigDecimal.valueOf(100_000_000_000L);

    private final AddOnDesk desk;
    private final Database database;
    private final Transactions transactions;
    private final boolean demo;

    DemoAddOns(
            AddOnDesk desk,
            Database database,
            Transactions transactions,
            @ConfigProperty(name = "berth.demo") boolean demo) {
        this.desk = desk;
        this.database = database;
        this.transactions = transactions;
        this.demo = demo;
    }

    void onStart(@Observes @Priority(101) StartupEvent event) {
        if (demo) {
            // replicas that start at once make them one after the other: the row of one plan puts them in order
            transactions.run(() -> {
                database.list("SELECT id FROM plan ORDER BY id LIMIT 1 FOR UPDATE", row -> row.uuid("id"));
                if (database.number("SELECT COUNT(*) AS n FROM add_on") == 0) {
                    offers().forEach(offer -> desk.create(DEMO, offer));
                }
            });
        }
    }

    private static List<NewAddOn> offers() {
        return List.of(
                offer("ipv4-address", "IPv4 address", Kind.ADDRESS, Optional.empty(), "2.00"),
                offer("more-snapshots", "Three more snapshots", Kind.SNAPSHOT, Optional.empty(), "0.60"),
                offer("more-traffic", "100 GB more traffic", Kind.ALLOWANCE, Optional.of("NETWORK_BYTES_SENT"), "0.05"),
                offer("cpu-hour", "vCPU hour of credit", Kind.CPU_CREDIT, Optional.empty(), "0.03"));
    }

    private static NewAddOn offer(String slug, String name, Kind kind, Optional<String> meter, String price) {
        BigDecimal quantity = switch (kind) {
            case SNAPSHOT -> BigDecimal.valueOf(3);
            case ALLOWANCE -> HUNDRED_GIGABYTES;
            case CPU_CREDIT -> VCPU_HOUR;
            case ADDRESS, OTHER -> BigDecimal.ONE;
        };
        String summary = switch (kind) {
            case ADDRESS -> "May have one more; paid as long as the address is there.";
            case SNAPSHOT -> "More places for copies of the disk.";
            case ALLOWANCE -> "More to send each month before it costs extra.";
            case CPU_CREDIT -> "An hour of one CPU beyond the bank, whenever it is needed.";
            case OTHER -> "";
        };
        return new NewAddOn(
                slug,
                name,
                summary,
                kind.name(),
                meter.orElse(null),
                quantity,
                kind == Kind.CPU_CREDIT ? 100 : 4,
                0,
                true,
                kind == Kind.CPU_CREDIT ? null : new BigDecimal(price),
                kind == Kind.CPU_CREDIT ? new BigDecimal(price) : null);
    }
}
