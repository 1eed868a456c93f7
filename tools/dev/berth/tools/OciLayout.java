package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A directory in OCI's image layout (image-spec 1.1): blobs by digest, an index that names manifests, a manifest that names layers. */
final class OciLayout {
    private static final int MAX_JSON_BYTES = 4 << 20;
    private static final int MAX_LAYERS = 512;
    private static final int MAX_DEPTH = 4;
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private final Path directory;

    OciLayout(Path directory) {
        this.directory = directory;
    }

    /**
     * @param blob whose bytes are what its digest says
     * @param diffId digest of the layer's archive once it is unpacked
     */
    record Layer(Path blob, String mediaType, String diffId) {}

    /** Layers of the image for this architecture, the lowest first. */
    List<Layer> layers(String architecture) throws IOException {
        Object layout = json(Files.readString(directory.resolve("oci-layout")));
        if (!Json.text(layout, "imageLayoutVersion").equals(Optional.of("1.0.0"))) {
            throw refused("it is no OCI image layout of version 1.0.0");
        }
        Object index = json(Files.readString(directory.resolve("index.json")));
        Object manifest = manifest(index, architecture, 0);
        Object config = json(text(Json.member(manifest, "config").orElseThrow(() -> refused("no configuration"))));
        if (Json.text(config, "architecture").filter(architecture::equals).isEmpty()) {
            throw refused("it is for %s, not for %s"
                    .formatted(Json.text(config, "architecture").orElse("no architecture"), architecture));
        }
        List<?> layers = Json.list(manifest, "layers");
        List<?> diffIds = Json.list(Json.member(config, "rootfs").orElse(Map.of()), "diff_ids");
        if (layers.isEmpty() || layers.size() > MAX_LAYERS || layers.size() != diffIds.size()) {
            throw refused("it has %d layers and %d digests of layers".formatted(layers.size(), diffIds.size()));
        }
        List<Layer> found = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            String type = Json.text(layers.get(i), "mediaType").orElse("");
            found.add(new Layer(blob(layers.get(i)), type, String.valueOf(diffIds.get(i))));
        }
        return found;
    }

    /** The layer's archive; it is what the configuration says, or the whole is refused. */
    static Path tar(Layer layer, Unpacking unpacking) throws IOException {
        Path tar = switch (layer.mediaType()) {
            case LAYER -> layer.blob();
            case LAYER + "+gzip", DOCKER_LAYER -> unpacking.gunzip(layer.blob());
            case LAYER + "+zstd" -> unpacking.unzstd(layer.blob());
            default -> throw refused("a layer is '%s', which is not understood".formatted(layer.mediaType()));
        };
        if (!layer.diffId().equals("sha256:" + Builds.sha256(tar))) {
            throw refused("a layer is not what the image's configuration says: another SHA-256");
        }
        return tar;
    }

    private Object manifest(Object index, String architecture, int depth) throws IOException {
        List<?> manifests = Json.list(index, "manifests");
        List<?> fitting =
                manifests.stream().filter(one -> fits(one, architecture)).toList();
        if (fitting.size() != 1 || depth >= MAX_DEPTH) {
            throw refused("its index has %d images for %s, not one".formatted(fitting.size(), architecture));
        }
        Object chosen = fitting.getFirst();
        Object content = json(text(chosen));
        String type = Json.text(chosen, "mediaType").orElse("");
        return type.equals(INDEX) || type.equals(DOCKER_INDEX) ? manifest(content, architecture, depth + 1) : content;
    }

    /** An image that says nothing of a platform is looked at more closely later. */
    private static boolean fits(Object descriptor, String architecture) {
        Optional<Object> platform = Json.member(descriptor, "platform");
        return platform.isEmpty()
                || Json.text(platform.get(), "os").equals(Optional.of("linux"))
                        && Json.text(platform.get(), "architecture").equals(Optional.of(architecture));
    }

    private String text(Object descriptor) throws IOException {
        Path blob = blob(descriptor);
        if (Files.size(blob) > MAX_JSON_BYTES) {
            throw refused("a description has more than %d bytes".formatted(MAX_JSON_BYTES));
        }
        return Files.readString(blob);
    }

    /** Never outside the layout, never another's bytes. */
    private Path blob(Object descriptor) throws IOException {
        String digest = Json.text(descriptor, "digest").orElse("");
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw refused("'%s' is no SHA-256".formatted(digest.replaceAll("\\p{Cntrl}", "?")));
        }
        Path blob = directory.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
        if (!Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("blob %s is not there".formatted(digest));
        }
        String size = Json.text(descriptor, "size").orElse("");
        if (!size.equals(Long.toString(Files.size(blob))) || !digest.equals("sha256:" + Builds.sha256(blob))) {
            throw refused("blob %s is not what its digest and size say".formatted(digest));
        }
        return blob;
    }

    private static Object json(String text) {
        try {
            return Json.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.BUILD, "the image is refused: a description is " + e.getMessage(), e);
        }
    }

    private static Failure refused(String why) {
        return new Failure(Failure.BUILD, "the image is refused: " + why);
    }
}
