package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.NetworkSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContextFilesTest {
    @Test
    void allFilesOfAContext() throws IOException {
        StringBuilder text = new StringBuilder();
        ContextFiles.of(
                        Specs.layout(List.of("10.77.0.9", "fd77::9")).spec(),
                        List.of("192.0.2.53"),
                        new Distribution.Debian())
                .forEach(file -> text.append("== %s %o%n%s".formatted(file.path(), file.mode(), file.content())));
        Golden.check("context-files.txt", text.toString());
    }

    @Test
    void withoutAddressAndNameserver() throws IOException {
        StringBuilder text = new StringBuilder();
        ContextFiles.of(Specs.layout(List.of()).spec(), List.of(), new Distribution.Debian())
                .forEach(file -> text.append("== %s %o%n%s".formatted(file.path(), file.mode(), file.content())));
        Golden.check("context-files-no-address.txt", text.toString());
    }

    @Test
    void userDataIsASeedForCloudInit() {
        ContextSpec spec =
                Specs.withUserData(Specs.layout(List.of()), "#!/bin/sh").spec();
        List<ContextFiles.Wanted> seed = ContextFiles.of(spec, List.of(), new Distribution.Debian()).stream()
                .filter(file -> file.path().contains("cloud"))
                .toList();
        String place = "var/lib/cloud/seed/nocloud/";
        String about = "instance-id: %s\nlocal-hostname: web.example.org\n".formatted(Specs.ID);
        assertEquals(
                List.of(
                        new ContextFiles.Wanted(place + "user-data", "#!/bin/sh", 0600),
                        new ContextFiles.Wanted(place + "meta-data", about, 0600),
                        new ContextFiles.Wanted(place + "network-config", "config: disabled\n", 0600)),
                seed);
    }

    @Test
    void aResolverOfItsOwn() {
        NetworkSpec network = new NetworkSpec(
                Optional.empty(),
                Optional.empty(),
                Optional.of(new NetworkSpec.Resolver(List.of("192.0.2.9"), List.of("example.org", "example.net"))));
        String text = ContextFiles.of(
                        Specs.layout(List.of("10.77.0.9")).spec().withNetwork(network),
                        List.of("192.0.2.53"),
                        new Distribution.Debian())
                .stream()
                .filter(file -> file.path().equals("etc/resolv.conf"))
                .map(ContextFiles.Wanted::content)
                .findFirst()
                .orElseThrow();
        assertEquals("nameserver 192.0.2.9\nsearch example.org example.net\n", text);
    }
}
