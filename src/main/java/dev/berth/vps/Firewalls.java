package dev.berth.vps;

import dev.berth.contract.NetworkSpec.Direction;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.contract.NetworkSpec.Ports;
import dev.berth.contract.NetworkSpec.Protocol;
import dev.berth.contract.NetworkSpec.Rule;
import dev.berth.contract.NetworkSpec.Verdict;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows firewalls are kept in. */
@ApplicationScoped
class Firewalls {
    private final Database database;

    Firewalls(Database database) {
        this.database = database;
    }

    Optional<Firewall> find(UUID vpsId) {
        return database.one(
                "SELECT inbound, outbound FROM vps_firewall WHERE vps_id = ?",
                row -> new Firewall(
                        row.constant("inbound", Verdict.class), row.constant("outbound", Verdict.class), rules(vpsId)),
                vpsId);
    }

    private List<Rule> rules(UUID vpsId) {
        return database.list(
                "SELECT * FROM vps_firewall_rule WHERE vps_id = ? ORDER BY position", Firewalls::rule, vpsId);
    }

    private static Rule rule(Row row) {
        return new Rule(
                row.constant("direction", Direction.class),
                row.constant("verdict", Verdict.class),
                row.constant("protocol", Protocol.class),
                row.optionalNumber("first_port")
                        .map(first -> new Ports(first.intValue(), (int) row.number("last_port"))),
                row.optionalText("peer"));
    }

    void put(UUID vpsId, Firewall firewall) {
        remove(vpsId);
        database.update(
                "INSERT INTO vps_firewall (vps_id, inbound, outbound) VALUES (?, ?, ?)",
                vpsId,
                firewall.inbound().name(),
                firewall.outbound().name());
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Rule rule : firewall.rules()) {
            rows.add(new @Nullable Object[] {
                vpsId,
                rows.size(),
                rule.direction().name(),
                rule.verdict().name(),
                rule.protocol().name(),
                rule.ports().map(Ports::first).orElse(null),
                rule.ports().map(Ports::last).orElse(null),
                rule.peer().orElse(null)
            });
        }
        if (!rows.isEmpty()) {
            database.updateAll(
                    "INSERT INTO vps_firewall_rule (vps_id, position, direction, verdict, protocol, first_port, last_port,"
                            + " peer) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    rows);
        }
    }

    void remove(UUID vpsId) {
        database.update("DELETE FROM vps_firewall_rule WHERE vps_id = ?", vpsId);
        database.update("DELETE FROM vps_firewall WHERE vps_id = ?", vpsId);
    }
}
