package dev.berth.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A server of images in the format of simplestreams, as LXC's and Ubuntu's are: an index names lists of products, a product has versions, a
 * version has files with their SHA-256. Only the root file system is fetched: the archive beside it holds templates, which Berth does not use.
 */
final class SimpleStreams {
    private static final int MAX_LIST_BYTES = 64 << 20;
    private static final long MAX_FILE_BYTES = 8L << 30;
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /** In the order in which they are liked: no program but xz for the first. */
    private static final List<String> KINDS = List.of("root.tar.xz", "rootfs.tar.xz", "squashfs", "root.squashfs");

    private final URI base;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    SimpleStreams(String url) {
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
        if (!List.of("http", "https").contains(String.valueOf(base.getScheme()))) {
            throw new Failure(Failure.USAGE, "'" + url + "' is no http or https address");
        }
    }

    /**
     * @param kind of the file
     * @param sha256 of the file, as the server's list has it
     * @param supportEnds the product's {@code support_eol}, which Ubuntu's lists have
     */
    record Found(
            String product,
            String version,
            String path,
            String kind,
            String sha256,
            long size,
            Optional<String> supportEnds) {
        Found ending(Optional<String> day) {
            return new Found(product, version, path, kind, sha256, size, day);
        }

        boolean isSquashfs() {
            return kind.endsWith("squashfs");
        }
    }

    /** The newest version of what an alias names for an architecture. */
    Found find(String alias, String architecture) throws IOException {
        Map<String, Object> matching = new TreeMap<>();
        for (Object list :
                entries(Json.object(text("streams/v1/index.json")), "index").values()) {
            if (Json.text(list, "datatype").filter("image-downloads"::equals).isPresent()) {
                String path = Json.text(list, "path").orElseThrow(() -> broken("a list without a path"));
                entries(Json.object(text(path)), "products").forEach((name, product) -> {
                    if (named(product, alias) && Json.text(product, "arch").equals(Optional.of(architecture))) {
                        matching.put(name, product);
                    }
                });
            }
        }
        if (matching.size() != 1) {
            throw new Failure(
                    Failure.USAGE,
                    matching.isEmpty()
                            ? "%s has no '%s' for %s".formatted(base, alias, architecture)
                            : "'%s' is several there: %s".formatted(alias, String.join(", ", matching.keySet())));
        }
        String product = matching.keySet().iterator().next();
        return newest(product, matching.get(product));
    }

    private static boolean named(Object product, String alias) {
        return Json.text(product, "aliases").stream()
                .flatMap(aliases -> Arrays.stream(aliases.split(",")))
                .anyMatch(alias::equals);
    }

    private Found newest(String product, Object description) {
        Map<String, Object> versions = new TreeMap<>(entries(description, "versions"));
        List<String> newestFirst = new ArrayList<>(versions.keySet()).reversed();
        for (String version : newestFirst) {
            Map<String, Object> files = entries(versions.get(version), "items");
            for (String kind : KINDS) {
                for (Object file : files.values()) {
                    if (Json.text(file, "ftype").equals(Optional.of(kind))) {
                        return found(product, version, kind, file).ending(Json.text(description, "support_eol"));
                    }
                }
            }
        }
        throw broken("'%s' without a root file system".formatted(product));
    }

    private Found found(String product, String version, String kind, Object file) {
        String path = Json.text(file, "path").orElse("");
        String sha256 = Json.text(file, "sha256").orElse("");
        String size = Json.text(file, "size").orElse("");
        if (path.isEmpty() || !sha256.matches("[0-9a-f]{64}") || !size.matches("[1-9][0-9]{0,11}")) {
            throw broken("a file of '%s' without path, SHA-256 or size".formatted(product));
        }
        return new Found(product, version, path, kind, sha256, Long.parseLong(size), Optional.empty());
    }

    /** Fetches a file; it is what the list said, or the whole is refused. */
    void fetch(Found found, Path to) throws IOException {
        if (found.size() > MAX_FILE_BYTES) {
            throw broken("a file of %d bytes".formatted(found.size()));
        }
        long written = 0;
        try (InputStream in = open(found.path());
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read > 0 && written <= found.size(); read = in.read(buffer)) {
                out.write(buffer, 0, read);
                written += read;
            }
        }
        if (written != found.size() || !Builds.sha256(to).equals(found.sha256())) {
            throw new Failure(
                    Failure.BUILD,
                    "%s is not what the list of %s says: another size or SHA-256".formatted(found.path(), base));
        }
    }

    private String text(String path) throws IOException {
        try (InputStream in = open(path)) {
            byte[] bytes = in.readNBytes(MAX_LIST_BYTES + 1);
            if (bytes.length > MAX_LIST_BYTES) {
                throw broken("a list of more than %d bytes".formatted(MAX_LIST_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private InputStream open(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(below(path)).timeout(LIMIT).build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                response.body().close();
                throw new Failure(Failure.BUILD, "%s answers %d".formatted(request.uri(), response.statusCode()));
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** A list may name what is below its server's address, and nothing else. */
    private URI below(String path) {
        try {
            URI uri = base.resolve(new URI(null, null, path, null).toString()).normalize();
            if (uri.toString().startsWith(base.normalize().toString())) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // falls through to the sentence below
        }
        throw broken("the path '%s'".formatted(path));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> entries(Object object, String name) {
        return Json.member(object, name).filter(Map.class::isInstance).isPresent()
                ? (Map<String, Object>) Json.member(object, name).get()
                : Map.of();
    }

    private Failure broken(String what) {
        return new Failure(Failure.BUILD, "the lists of %s hold %s".formatted(base, what));
    }
}
