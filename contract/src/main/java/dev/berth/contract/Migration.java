package dev.berth.contract;

/**
 * A context that goes from one node to another. Without this component a context lives where its spec is.
 *
 * @param migrationId under which both sides know it; also where its pieces are
 * @param role what this node does in it
 */
public record Migration(String migrationId, Role role) {
    public Migration {
        Faults faults = new Faults("migration");
        faults.uuid("migrationId", migrationId);
        faults.present("role", role);
        faults.throwIfAny();
    }

    /**
     * SOURCE: it stops, ends its meter, hands its private layer to the portal and is not started any more at this or a lower
     * generation. TARGET: where the node has no layer of it, it takes the one that was handed over, its counters and its CPU bank, and
     * never begins with an empty one.
     */
    public enum Role {
        SOURCE,
        TARGET
    }
}
