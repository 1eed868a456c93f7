package dev.berth.catalog;

import dev.berth.catalog.Plan.Limits;
import dev.berth.catalog.Plan.Model;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.catalog.Shelf.Face;
import dev.berth.catalog.Shelf.Ware;
import dev.berth.catalog.VersionCheck.Checked;
import dev.berth.platform.Ids;
import dev.berth.platform.Transactions;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Plans to play with: made once, where {@code berth.demo} is on. */
@ApplicationScoped
class DemoPlans {
    private static final long MIB = 1024L * 1024;
    private static final long GIB = 1024 * MIB;
    private static final long VCPU_MINUTE = 60_000;
    private static final String TERABYTE = "1000000000000";
    private static final String CPU_HOUR = "3600000000";

    private final PlanStore plans;
    private final Transactions transactions;
    private final InstantSource clock;
    private final boolean demo;
    private final String currency;

    DemoPlans(
            PlanStore plans,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "berth.demo") boolean demo,
            @ConfigProperty(name = "berth.currency") String currency) {
        this.plans = plans;
        this.transactions = transactions;
        this.clock = clock;
        this.demo = demo;
        this.currency = currency;
    }

    private record Offer(int position, String slug, String name, String summary, Limits limits, List<Line> lines) {}

    private record Line(
            Model model,
            Optional<String> meter,
            String label,
            String included,
            String unit,
            String unitLabel,
            String price) {
        Line including(String quantity) {
            return new Line(model, meter, label, quantity, unit, unitLabel, price);
        }

        PriceLine at(int position, String currency) {
            return new PriceLine(
                    position,
                    model,
                    meter,
                    label,
                    new BigDecimal(included),
                    new BigDecimal(unit),
                    unitLabel,
                    new Plan.Price(new BigDecimal(price), currency),
                    Optional.empty(),
                    List.of());
        }
    }

    void onStart(@Observes @Priority(100) StartupEvent event) {
        if (demo) {
            transactions.run(() -> offers().forEach(this::seed));
        }
    }

    private static List<Offer> offers() {
        return List.of(
                new Offer(
                        1,
                        "dinghy",
                        "Dinghy",
                        "A small boat for one service and a first try.",
                        new Limits(250, 1000, 10 * VCPU_MINUTE, 256 * MIB, 256, 2 * GIB, Optional.empty()),
                        flat("3.00", "0.50")),
                new Offer(
                        2,
                        "skiff",
                        "Skiff",
                        "Room for a web site with its database.",
                        new Limits(500, 2000, 30 * VCPU_MINUTE, 512 * MIB, 512, 4 * GIB, Optional.empty()),
                        flat("6.00", "1")),
                new Offer(
                        3,
                        "cutter",
                        "Cutter",
                        "Steady power for what must not wait.",
                        new Limits(1000, 2000, 60 * VCPU_MINUTE, 1024 * MIB, 1024, 8 * GIB, Optional.empty()),
                        flat("12.00", "2")),
                new Offer(
                        4,
                        "as-measured",
                        "As measured",
                        "No base fee: pay for what the kernel counted.",
                        new Limits(250, 2000, 30 * VCPU_MINUTE, 512 * MIB, 512, 4 * GIB, Optional.empty()),
                        measured()),
                new Offer(
                        5,
                        "stopwatch",
                        "Stopwatch",
                        "Priced by the minute, to watch a bill come: for trying Berth, not for keeping.",
                        new Limits(250, 2000, 30 * VCPU_MINUTE, 512 * MIB, 512, 4 * GIB, Optional.empty()),
                        perMinute()));
    }

    private static List<Line> flat(String monthly, String includedTerabytes) {
        String included = new BigDecimal(includedTerabytes)
                .multiply(new BigDecimal(TERABYTE))
                .toBigInteger()
                .toString();
        return List.of(
                new Line(Model.RECURRING, Optional.empty(), "Base fee", "0", "1", "month", monthly),
                usage("NETWORK_BYTES_SENT", "Traffic sent beyond the allowance", TERABYTE, "TB", "1.00")
                        .including(included),
                usage("CPU_TIME", "CPU time beyond the allowance", CPU_HOUR, "vCPU hour", "0.01")
                        .including(new BigDecimal(CPU_HOUR)
                                .multiply(new BigDecimal(200))
                                .toString()));
    }

    private static List<Line> measured() {
        return List.of(
                usage("RUNNING_VM", "Running time", "3600", "hour", "0.001"),
                usage("CPU_TIME", "CPU time", CPU_HOUR, "vCPU hour", "0.02"),
                usage("MEMORY", "Memory", Long.toString(GIB * 3600), "GiB hour", "0.003"),
                usage("VOLUME", "Disk", Long.toString(GIB * 3600), "GiB hour", "0.0001"),
                usage("SNAPSHOT", "Snapshots", Long.toString(GIB * 3600), "GiB hour", "0.0001"),
                usage("IP_ADDRESS", "IPv4 address", "3600", "hour", "0.0005"),
                usage("NETWORK_BYTES_SENT", "Traffic sent", "1000000000", "GB", "0.001"));
    }

    private static List<Line> perMinute() {
        return List.of(
                new Line(Model.ONE_OFF, Optional.empty(), "Set-up", "0", "1", "VPS", "0.50"),
                usage("RUNNING_VM", "Running time", "60", "minute", "0.05"),
                usage("CPU_TIME", "CPU time", "1000000", "vCPU second", "0.01"),
                usage("MEMORY", "Memory", Long.toString(GIB * 60), "GiB minute", "0.10"),
                usage("NETWORK_BYTES_SENT", "Traffic sent", "1000000", "MB", "0.01"));
    }

    private static Line usage(String meter, String label, String unit, String unitLabel, String price) {
        return new Line(Model.USAGE, Optional.of(meter), label, "0", unit, unitLabel, price);
    }

    private void seed(Offer offer) {
        UUID id = Ids.next(clock);
        Face face = new Face(offer.name(), offer.summary(), offer.position(), true);
        if (plans.insert(id, Ware.PLAN.ofHouse(offer.slug()), face) == 0) {
            return;
        }
        List<PriceLine> lines = new ArrayList<>();
        for (Line line : offer.lines()) {
            lines.add(line.at(lines.size(), currency));
        }
        plans.insertVersion(id, 1, new Checked(clock.instant(), currency, offer.limits(), lines));
    }
}
