package dev.berth.tools;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** User-mode Linux: a host is a process with process ids, mounts and a network of its own, so that no trace of it can stay. */
record UmlMachine(Path kernel, Path root) implements Machine {
    private static final int MEMORY_MEBIBYTES = 2048;
    private static final int PROCESSORS = 2;

    static UmlMachine ensure(Settings settings, Progress progress) throws Exception {
        Path kernel = new UmlKernel(settings, progress).ensure();
        return new UmlMachine(
                kernel,
                progress.step(
                        "test host image", () -> GuestImage.plain(settings).ensure()));
    }

    @Override
    public String disk() {
        return "/dev/ubdb";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(40);
    }

    @Override
    public String mount(String place) {
        return "mount -r -t hostfs none '%1$s' -o '%1$s'".formatted(place);
    }

    /** The same in fstab, for a host that boots again. */
    String mountAlways(String place) {
        return "echo 'none %1$s hostfs ro,%1$s 0 0' >>/etc/fstab".formatted(place);
    }

    @Override
    public List<String> command(Guest guest) {
        // A killed run ends its hosts, too.
        List<String> command = new ArrayList<>(List.of(
                "setpriv", "--pdeathsig=KILL", "unshare", "--mount", "--pid", "--net", "--fork", "--kill-child"));
        command.addAll(boot(guest));
        return command;
    }

    /** Boots it in the network of whoever runs this, where the tap is. Ends with the caller's process ids. */
    List<String> onBridge(Guest guest, String tap, String mac) {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"));
        command.addAll(boot(guest));
        // Without gro TCP stalls.
        command.add("vec0:transport=tap,ifname=%s,depth=64,gro=1,mac=%s".formatted(tap, mac));
        return command;
    }

    private List<String> boot(Guest guest) {
        return List.of(
                kernel.toString(),
                "umid=" + guest.name(),
                "uml_dir=" + guest.directory(),
                "mem=" + MEMORY_MEBIBYTES + "M",
                "ncpus=" + PROCESSORS,
                // more than one processor needs it
                "seccomp=on",
                "ubd0=" + guest.layer() + "," + root,
                "ubd1=" + guest.disk(),
                "root=/dev/ubda",
                "rw",
                "quiet",
                "con0=null,fd:1",
                "con=null",
                "ssl=null",
                "net.ifnames=0",
                "security=apparmor",
                "berth.share=" + guest.share());
    }
}
