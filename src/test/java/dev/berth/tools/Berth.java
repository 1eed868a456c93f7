package dev.berth.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./berth} on a directory and ports of its own. */
final class Berth {
    private static final long LIMIT_SECONDS = 120;

    /** Nobody listens there. */
    private static final String PORT_BASE = "18990";

    private final Path variable;

    Berth(Path variable) {
        this.variable = variable;
    }

    /** What it wrote, each stream for itself. */
    record Result(int code, String out, String error) {}

    Result run(String... words) throws IOException, InterruptedException {
        Path out = Files.createTempFile("berth", ".out");
        Path error = Files.createTempFile("berth", ".err");
        try {
            List<String> command = new ArrayList<>(List.of("./berth"));
            command.addAll(List.of(words));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(error.toFile());
            builder.environment().put("BERTH_VAR", variable.toString());
            builder.environment().put("BERTH_PORT_BASE", PORT_BASE);
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("./berth does not end");
            }
            return new Result(process.exitValue(), text(out), text(error));
        } finally {
            Files.delete(out);
            Files.delete(error);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
