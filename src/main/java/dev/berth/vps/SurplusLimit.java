package dev.berth.vps;

import dev.berth.fleet.NodeService;
import dev.berth.platform.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** How much CPU time a VPS may ever use as surplus, as its node is told. Who computes it knows prices; nothing here does. */
@ApplicationScoped
public class SurplusLimit {
    private final Database database;
    private final VpsService service;
    private final NodeService nodes;

    SurplusLimit(Database database, VpsService service, NodeService nodes) {
        this.database = database;
        this.service = service;
        this.nodes = nodes;
    }

    /** Until the end of the transaction nobody else changes it. Locks its node, as every change of it does. */
    public Vps locked(UUID id) {
        UUID node = service.byId(id).node().id();
        database.one("SELECT id FROM node WHERE id = ? FOR UPDATE", row -> row.uuid("id"), node);
        return service.byId(id);
    }

    /**
     * After {@link #locked}. The same again does nothing.
     *
     * @param micros counted from the creation of the context
     * @return whether it was another one before
     */
    public boolean set(UUID id, long micros) {
        boolean same = database.number("SELECT COALESCE(cpu_surplus_limit_micros, 0) AS n FROM vps WHERE id = ?", id)
                == micros;
        if (same) {
            return false;
        }
        service.requireStill(id);
        long revision = nodes.nextRevision(service.byId(id).node().id());
        return database.update(
                        "UPDATE vps SET cpu_surplus_limit_micros = ?, generation = generation + 1, version = version + 1,"
                                + " revision = ? WHERE id = ? AND desired_state <> 'DELETED'",
                        micros,
                        revision,
                        id)
                == 1;
    }
}
