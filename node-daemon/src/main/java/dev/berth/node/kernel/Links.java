package dev.berth.node.kernel;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Contexts' links as a whole: packet filter, rates, routes and addresses, in the order that lets nothing through in between. */
final class Links {
    private final Nftables nftables;
    private final TrafficControl traffic;
    private final Routes routes;
    private final InnerLink inner;
    private final Programs programs;
    private final Function<String, Optional<Init>> inits;

    Links(
            HostConfig config,
            Nftables nftables,
            TrafficControl traffic,
            Programs programs,
            Function<String, Optional<Init>> inits) {
        this.nftables = nftables;
        this.traffic = traffic;
        this.routes = new Routes(programs);
        this.inner = new InnerLink(config.run(), programs);
        this.programs = programs;
        this.inits = inits;
    }

    Routes routes() {
        return routes;
    }

    /** The filter is first: an address that is taken away is of no use from then on, whatever the context still has of it. */
    void ensure(ContextLayout layout) {
        Connection wanted = Connection.of(layout);
        nftables.ensure(wanted);
        traffic.ensure(wanted);
        check().repairLink(wanted);
        if (exists(wanted.contextId())) {
            inits.apply(wanted.contextId())
                    .ifPresent(init -> inner.ensure(wanted.contextId(), init, wanted.addresses()));
        }
    }

    NetworkCheck check() {
        return new NetworkCheck(nftables, routes, traffic, this::outdated);
    }

    private boolean outdated(String contextId) {
        return exists(contextId)
                && inits.apply(contextId)
                        .filter(init -> inner.outdated(contextId, init))
                        .isPresent();
    }

    static boolean exists(String contextId) {
        return Files.exists(Path.of("/sys/class/net", Names.veth(contextId)));
    }

    void remove(String contextId) {
        if (exists(contextId)) {
            Programs.Result result = programs.run(Programs.Command.of("ip", "link", "delete", Names.veth(contextId)));
            if (!result.succeeded() && exists(contextId)) {
                throw new HostException("cannot remove link: " + result.errors().strip());
            }
        }
    }
}
