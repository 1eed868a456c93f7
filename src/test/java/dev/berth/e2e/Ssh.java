package dev.berth.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A key of its own and the system's SSH client. */
final class Ssh {
    private final Path key;

    Ssh(Path directory) throws IOException, InterruptedException {
        key = directory.resolve("id_ed25519");
        run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "e2e", "-f", key.toString()));
    }

    String publicKey() throws IOException {
        return Files.readString(Path.of(key + ".pub")).strip();
    }

    /** What a command says on its standard output. */
    String run(String address, String command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("ssh", "-i", key.toString()));
        arguments.addAll(List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"));
        arguments.addAll(List.of("-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "LogLevel=ERROR"));
        arguments.addAll(List.of("root@" + address, command));
        return run(arguments);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readNBytes(65536), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " did not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException("%s ended with %d: %s".formatted(command, process.exitValue(), output));
        }
        return output.strip();
    }
}
