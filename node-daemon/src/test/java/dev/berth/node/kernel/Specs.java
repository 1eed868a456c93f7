package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.Life;
import dev.berth.contract.UserData;
import dev.berth.node.host.ContextLayout;
import java.util.List;
import java.util.Optional;

/** Specs for tests. */
final class Specs {
    static final String ID = "01939b2c-8f00-7abc-9def-0123456789ab";
    /** Of no password anybody knows. */
    static final String PASSWORD_HASH = "$6$rounds=10000$abcdefghijklmnop$" + "A".repeat(86);

    static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0000000000000000000000000000000000000000000 me@home";
    private static final String DIGEST = "sha256:" + "0".repeat(64);

    private Specs() {}

    static ContextLayout layout(List<String> addresses) {
        return new ContextLayout(spec(ID, "web.example.org", DIGEST, addresses, limits(512, 256, 1024)), IdMap.FIRST);
    }

    static ContextSpec spec(String id, String hostname, String digest, List<String> addresses, Limits limits) {
        return new ContextSpec(id, 1, DesiredState.RUNNING, 0, hostname, digest, addresses, List.of(KEY), limits);
    }

    static Limits limits(long memoryMebibytes, long processes, long diskMebibytes) {
        return new Limits(250, 2000, 120_000, memoryMebibytes << 20, processes, diskMebibytes << 20, Optional.empty());
    }

    /** The same context with something that its first boot is told. */
    static ContextLayout withUserData(ContextLayout layout, String text) {
        Life life = new Life(0, Optional.empty(), Optional.of(new UserData(text)));
        return new ContextLayout(layout.spec().withLife(life), layout.baseId());
    }

    /** The same context after a reset of root's password. */
    static ContextLayout withPassword(ContextLayout layout, long resets) {
        ContextSpec spec = layout.spec().withLife(new Life(resets, Optional.of(PASSWORD_HASH)));
        return new ContextLayout(spec, layout.baseId());
    }
}
