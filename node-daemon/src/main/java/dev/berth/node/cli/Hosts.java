package dev.berth.node.cli;

import dev.berth.node.daemon.DaemonConfig;
import dev.berth.node.host.Host;
import dev.berth.node.kernel.HostConfig;
import dev.berth.node.kernel.LinuxHost;
import dev.berth.node.simulator.SimulatedHost;
import dev.berth.node.time.SystemClock;
import java.io.IOException;
import java.nio.file.Files;

/** Chooses the host a daemon works on. */
final class Hosts {
    private static final long SEED = 42;

    private Hosts() {}

    static Host host(DaemonConfig config) throws IOException {
        Files.createDirectories(config.dataDir());
        if (!config.simulated()) {
            return new LinuxHost(new HostConfig(
                    config.dataDir(),
                    config.cgroupRoot(),
                    config.nftTable(),
                    config.storeBytes(),
                    config.nameservers(),
                    config.openPorts(),
                    config.startLxcfs(),
                    config.uplink().map(link -> new HostConfig.Uplink(link.name(), link.bits())),
                    config.translated(),
                    config.local()));
        }
        return new SimulatedHost(config.dataDir().resolve("simulated.json"), new SystemClock(), SEED);
    }
}
