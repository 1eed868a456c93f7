package dev.berth.node.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Life;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.HostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Brings Berth's files into a context. A file is written when what Berth wants differs from what it last wrote, so a
 * customer's own edits stay until the spec changes, and a context with a full disk can still be started.
 */
final class FileWriter {
    /** Beside a layer, where nobody in the context can reach it. */
    static final String NOTES = "written";

    private static final String HOST_KEY = "ssh-host-key";
    private static final String PASSWORD = "password-reset";

    private final HostConfig config;
    private final Images images;
    private final Programs programs;

    FileWriter(HostConfig config, Images images, Programs programs) {
        this.config = config;
        this.images = images;
        this.programs = programs;
    }

    void ensure(ContextLayout layout) {
        ContextSpec spec = layout.spec();
        Path notes = (layout.rescueImage().isPresent()
                        ? config.rescue(spec.contextId())
                        : config.context(spec.contextId()))
                .resolve(NOTES);
        Map<String, String> written = readNotes(notes);
        Map<String, String> wanted = new TreeMap<>(written);
        try (Tree tree = Tree.open(config.rootfs(spec.contextId()), layout.baseId())) {
            for (ContextFiles.Wanted file : files(layout)) {
                if (!file.sha256().equals(written.get(file.path()))) {
                    write(tree, file);
                    wanted.put(file.path(), file.sha256());
                }
            }
            spec.life().ifPresent(life -> setPassword(tree, life, wanted));
            if (!written.containsKey(HOST_KEY)) {
                wanted.put(HOST_KEY, writeHostKey(tree, layout));
            }
            tree.commit();
        }
        // Only now: a note about a file that a loss of power emptied would keep it empty for ever.
        if (!wanted.equals(written)) {
            writeNotes(notes, wanted);
        }
    }

    private List<ContextFiles.Wanted> files(ContextLayout layout) {
        String digest = layout.rescueImage().orElse(layout.spec().imageDigest());
        Distribution distribution = images.distribution(digest);
        List<ContextFiles.Wanted> files =
                new ArrayList<>(ContextFiles.of(layout.spec(), config.nameservers(), distribution));
        if (!(distribution instanceof Distribution.Unknown)) {
            try (Tree image = Tree.open(images.rootfs(digest), 0)) {
                files.addAll(distribution.files(image::exists));
            }
        }
        return files;
    }

    /** Of the public key in the tree, whether it is mounted or not. */
    List<String> sshFingerprints(String contextId) {
        Path upper = config.context(contextId).resolve("upper");
        if (!Files.isDirectory(upper)) {
            return List.of();
        }
        try (Tree tree = Tree.open(upper, 0)) {
            return keyFile(tree, SshHostKey.PUBLIC_PATH).flatMap(SshHostKey::fingerprint).stream()
                    .toList();
        }
    }

    private static void write(Tree tree, ContextFiles.Wanted file) {
        String directory = file.path().substring(0, file.path().lastIndexOf('/') + 1);
        Optional.ofNullable(ContextFiles.PRIVATE.get(directory))
                .ifPresent(mode -> tree.directory(directory.substring(0, directory.length() - 1), mode)
                        .close());
        tree.stage(file.path(), file.content().getBytes(UTF_8), file.mode());
    }

    /** Once for each reset: a password that its owner changes afterwards stays. */
    private static void setPassword(Tree tree, Life life, Map<String, String> notes) {
        String reset = Long.toString(life.passwordResets());
        if (life.passwordHash().isEmpty() || reset.equals(notes.get(PASSWORD))) {
            return;
        }
        byte[] before = tree.read(Shadow.PATH, Shadow.MAX_BYTES).orElse(new byte[0]);
        if (before.length == Shadow.MAX_BYTES) {
            throw new HostException("the password cannot be set: /etc/shadow is longer than it can be");
        }
        byte[] after = Shadow.withRootPassword(before, life.passwordHash().get());
        tree.stage(Shadow.PATH, after, Shadow.MODE, tree.groupOf(Shadow.PATH));
        notes.put(PASSWORD, reset);
    }

    /** A rescue system has the key of the context's own one, so that its owner's SSH program knows it. */
    private String writeHostKey(Tree tree, ContextLayout layout) {
        String id = layout.contextId();
        SshHostKey key = layout.rescueImage()
                .flatMap(_ -> ownHostKey(id))
                .orElseGet(() -> SshHostKey.generate(programs, config.run(id).resolve("keygen"), "root@" + id));
        tree.stage(SshHostKey.PRIVATE_PATH, key.privateFile().getBytes(UTF_8), 0600);
        tree.stage(SshHostKey.PUBLIC_PATH, key.publicFile().getBytes(UTF_8), 0644);
        return SshHostKey.fingerprint(key.publicFile()).orElseThrow();
    }

    private Optional<SshHostKey> ownHostKey(String contextId) {
        try (Tree tree = Tree.open(config.context(contextId).resolve("upper"), 0)) {
            Optional<String> secret = keyFile(tree, SshHostKey.PRIVATE_PATH);
            return keyFile(tree, SshHostKey.PUBLIC_PATH)
                    .filter(text -> SshHostKey.fingerprint(text).isPresent())
                    .flatMap(text -> secret.map(own -> new SshHostKey(own, text)));
        }
    }

    private static Optional<String> keyFile(Tree tree, String path) {
        return tree.read(path, SshHostKey.MAX_BYTES).map(bytes -> new String(bytes, UTF_8));
    }

    static Map<String, String> readNotes(Path notes) {
        Map<String, String> written = new TreeMap<>();
        if (Files.exists(notes)) {
            for (String line : Directories.read(notes).lines().toList()) {
                String[] words = line.split(" ", 2);
                written.put(words[1], words[0]);
            }
        }
        return written;
    }

    static void writeNotes(Path notes, Map<String, String> written) {
        StringBuilder text = new StringBuilder();
        written.forEach(
                (path, hash) -> text.append(hash).append(' ').append(path).append('\n'));
        Directories.write(notes, text.toString(), "rw-------");
    }
}
