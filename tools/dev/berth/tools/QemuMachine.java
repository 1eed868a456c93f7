package dev.berth.tools;

import java.time.Duration;
import java.util.List;

/**
 * A PC in qemu with the kernel, the modules and the initial ramdisk of Debian's own package. Its processor is emulated, too: that
 * works everywhere and is slow.
 */
record QemuMachine(GuestImage.Bootable image) implements Machine {
    private static final int MEMORY_MEBIBYTES = 2048;

    /** Where a host's program finds all of this machine's files: one mount is enough, as {@code tools/uml/guest/berth-guest} makes it. */
    private static final String OUTER = "/run/outer";

    static QemuMachine ensure(Settings settings, Progress progress) throws Exception {
        new Packages(settings).ensureInstalled(List.of("qemu-system-x86"));
        return new QemuMachine(progress.step(
                "test host image with kernel",
                () -> GuestImage.withKernel(settings).bootable()));
    }

    @Override
    public String disk() {
        return "/dev/vdb";
    }

    @Override
    public Duration limit() {
        return Duration.ofHours(4);
    }

    @Override
    public String mount(String place) {
        return "mount --bind '%s%s' '%s'".formatted(OUTER, place, place);
    }

    @Override
    public List<String> command(Guest guest) {
        return List.of(
                // A killed run ends its hosts, too.
                "setpriv",
                "--pdeathsig=KILL",
                "qemu-system-x86_64",
                "-machine",
                "pc",
                "-accel",
                "tcg,thread=multi",
                "-smp",
                "1",
                "-m",
                MEMORY_MEBIBYTES + "M",
                "-nodefaults",
                "-no-reboot",
                "-display",
                "none",
                "-serial",
                "stdio",
                "-device",
                "virtio-rng-pci",
                "-drive",
                "if=virtio,format=raw,snapshot=on,cache=unsafe,file=" + image.root(),
                "-drive",
                "if=virtio,format=raw,cache=unsafe,discard=unmap,file=" + guest.disk(),
                "-virtfs",
                "local,mount_tag=outer,security_model=none,multidevs=remap,readonly=on,path=/",
                "-virtfs",
                "local,mount_tag=share,security_model=none,multidevs=remap,path=" + guest.share(),
                "-kernel",
                image.kernel().toString(),
                "-initrd",
                image.ramdisk().toString(),
                "-append",
                "root=/dev/vda rw quiet console=ttyS0 net.ifnames=0 security=apparmor berth.outer=%s berth.share=%s"
                        .formatted(OUTER, guest.share()));
    }
}
