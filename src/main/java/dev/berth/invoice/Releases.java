package dev.berth.invoice;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Caller;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Staff look at a parked period and, where what it waits for will not come, let it pass the gate: it is then billed as far
 * as it was measured, and what is missing is never charged.
 */
@ApplicationScoped
public class Releases {
    private final PeriodStore periods;
    private final Gate gate;
    private final AuditService audit;
    private final Transactions transactions;

    Releases(PeriodStore periods, Gate gate, AuditService audit, Transactions transactions) {
        this.periods = periods;
        this.gate = gate;
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * A period that is not closed.
     *
     * @param parkedBecause what the last run found; empty for one that is not parked
     * @param reasons what the gate finds now, of each VPS
     * @param released why staff let it pass
     */
    public record Waiting(
            InvoiceId id,
            AccountId account,
            Period period,
            Optional<String> parkedBecause,
            List<String> reasons,
            int attempts,
            Optional<String> released) {
        public Waiting {
            reasons = List.copyOf(reasons);
        }
    }

    /** @throws Problem 404 when there is no such period, or it is closed */
    public Waiting waiting(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        DuePeriod due = open(id);
        return new Waiting(
                due.id(),
                due.account(),
                due.period(),
                due.reason().filter(_ -> due.state() == DuePeriod.State.PARKED),
                gate.allReasons(due),
                due.attempts(),
                due.released());
    }

    private DuePeriod open(UUID id) {
        return periods.find(new InvoiceId(id))
                .filter(due -> !due.closed())
                .orElseThrow(() -> Problem.notFound("open billing period"));
    }

    /** @throws Problem 409 when it is not parked, or was released before */
    public Waiting release(Caller caller, UUID id, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String because = faults.text("reason", reason, 500);
        faults.throwIfAny();
        return transactions.run(() -> {
            DuePeriod due = open(id);
            if (!periods.release(due.id(), caller.subject(), because)) {
                throw Problem.conflict("not-parked", "Only a parked period can be released, and only once.");
            }
            audit.record(
                    caller,
                    Deed.of("billing-period.release", "billing-period", id)
                            .account(due.account().value())
                            .because(because)
                            .with(due.reason().orElse("")));
            return waiting(caller, id);
        });
    }
}
