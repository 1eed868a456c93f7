package dev.berth.node.cli;

import dev.berth.node.daemon.Daemon;
import dev.berth.node.daemon.DaemonConfig;
import dev.berth.node.daemon.Options;
import dev.berth.node.host.Finding;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.time.SystemClock;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** {@code berthd run}: the daemon inside Quarkus, which brings logging, metrics and orderly ends. */
@SuppressWarnings("deprecation") // the registry Quarkus brings is Micrometer's older one
public final class DaemonApplication implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(DaemonApplication.class);

    private final PrometheusMeterRegistry registry;
    private final String version;

    public DaemonApplication(
            PrometheusMeterRegistry registry, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.registry = registry;
        this.version = version;
    }

    @Override
    public int run(String... arguments) throws Exception {
        List<String> words = Arrays.asList(arguments);
        DaemonConfig config = DaemonConfig.of(Options.parse(words.subList(1, words.size()), System.getenv()));
        try {
            return run(config);
        } catch (HostException e) {
            LOG.errorf("berthd cannot run here: %s", e.getMessage());
            return Commands.FAILED;
        }
    }

    private int run(DaemonConfig config) throws IOException {
        Host host = Hosts.host(config);
        try (FileChannel channel = lockFile(config.dataDir())) {
            Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
            if (lock.isEmpty()) {
                LOG.errorf("another berthd uses %s", config.dataDir());
                return Commands.FAILED;
            }
            if (!fit(host)) {
                return Commands.FAILED;
            }
            serve(config, host);
        }
        return Commands.OK;
    }

    private void serve(DaemonConfig config, Host host) throws IOException {
        Daemon.Environment environment = new Daemon.Environment(host, new SystemClock(), version, registry::scrape);
        try (Daemon daemon = new Daemon(config, environment)) {
            Metrics.bind(registry, daemon.state());
            daemon.start();
            Quarkus.waitForExit();
        }
    }

    private static boolean fit(Host host) {
        List<Finding> missing = host.doctor().stream()
                .filter(finding -> finding.level() == Finding.Level.MISSING)
                .toList();
        missing.forEach(f -> LOG.errorf("missing: %s (%s) %s", f.capability(), f.found(), f.remedy()));
        return missing.isEmpty();
    }

    private static FileChannel lockFile(Path dataDir) throws IOException {
        return FileChannel.open(dataDir.resolve("berthd.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
