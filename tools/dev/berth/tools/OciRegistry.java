package dev.berth.tools;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image in a registry (distribution-spec 1.1), named as skopeo(1) names it: {@code docker://HOST[:PORT]/REPOSITORY[:TAG|@DIGEST]}.
 * skopeo fetches it, with the credentials that {@code skopeo login} has kept; what came is checked as any other layout is.
 */
final class OciRegistry {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final long MAX_BLOB_BYTES = 32L << 30;
    private static final Pattern REFERENCE =
            Pattern.compile("docker://(?<host>[A-Za-z0-9.-]+|\\[[0-9a-f:]+\\])(:[0-9]{1,5})?"
                    + "/[a-z0-9._/-]{1,255}(:[A-Za-z0-9_.-]{1,128}|@sha256:[0-9a-f]{64})?");
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private final Packages packages;

    OciRegistry(Packages packages) {
        this.packages = packages;
    }

    static boolean names(String text) {
        return text.startsWith("docker://");
    }

    /** @param layout becomes a directory with the image for this architecture alone */
    void pull(String reference, Path layout) {
        Matcher matcher = REFERENCE.matcher(reference);
        if (!matcher.matches()) {
            throw new Failure(
                    Failure.USAGE,
                    "'%s' is no reference to an image, as docker://registry.example/debian:12 is one"
                            .formatted(reference.replaceAll("\\p{Cntrl}", "?")));
        }
        packages.ensureProgram("skopeo", "skopeo");
        List<String> command = new ArrayList<>(List.of(
                "prlimit",
                "--fsize=" + MAX_BLOB_BYTES,
                "skopeo",
                // whoever imports an image vouches for it with the key of this instance: there is no other signature to
                // ask for
                "--insecure-policy",
                "--override-os=linux",
                "--override-arch=" + Images.architecture(),
                "copy",
                "--quiet"));
        if (LOOPBACK.contains(matcher.group("host"))) {
            command.add("--src-tls-verify=false");
        }
        command.addAll(List.of(reference, "oci:" + layout));
        Command.of(command).within(LIMIT).must(Failure.BUILD, "fetching " + reference);
    }
}
