package dev.berth.node.kernel;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContextFilesTest {
    @Test
    void allFilesOfAContext() throws IOException {
        StringBuilder text = new StringBuilder();
        ContextFiles.of(Specs.layout(List.of("10.77.0.9", "fd77::9")).spec(), List.of("192.0.2.53"))
                .forEach(file -> text.append("== %s %o%n%s".formatted(file.path(), file.mode(), file.content())));
        Golden.check("context-files.txt", text.toString());
    }

    @Test
    void withoutAddressAndNameserver() throws IOException {
        StringBuilder text = new StringBuilder();
        ContextFiles.of(Specs.layout(List.of()).spec(), List.of())
                .forEach(file -> text.append("== %s %o%n%s".formatted(file.path(), file.mode(), file.content())));
        Golden.check("context-files-no-address.txt", text.toString());
    }
}
