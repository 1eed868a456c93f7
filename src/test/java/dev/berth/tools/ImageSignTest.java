package dev.berth.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ImageInfo;
import dev.berth.contract.ImageKeys;
import dev.berth.contract.ImageSignature;
import dev.berth.platform.Hashes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools share no code with the portal and the node: what they sign has to be what those check. */
class ImageSignTest {
    @TempDir
    Path directory;

    @Test
    void whatItSignsThePortalAndTheNodeTakeFromItsKeyFile() throws Exception {
        byte[] bytes = "an archive".getBytes(StandardCharsets.US_ASCII);
        Path archive = Files.write(directory.resolve("image.tar.gz"), bytes);
        Berth berth = new Berth(directory.resolve("var"));

        Berth.Result first = berth.run("image", "sign", archive.toString(), "debian-12");
        Berth.Result second = berth.run("image", "sign", archive.toString(), "debian-12");

        assertEquals(0, first.code(), first.error());
        assertEquals(first.out(), second.out(), "the key is kept");
        List<String> lines = first.out().lines().toList();
        ImageInfo image = new ImageInfo(
                "sha256:" + HexFormat.of().formatHex(Hashes.sha256().digest(bytes)),
                "debian-12",
                "debian",
                "12",
                bytes.length,
                Optional.of(word(lines, "architecture")),
                Optional.of(new ImageSignature(word(lines, "key"), word(lines, "signature"))));
        assertTrue(first.out().startsWith(image.signedText()), first.out());
        ImageKeys trusted = ImageKeys.parse(Files.readString(directory.resolve("var/image-keys")));
        assertEquals(Optional.empty(), trusted.fault(image));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.resolve("var/secrets/image-signing-key"))));
    }

    @Test
    void aNameThatIsNoneAndAFileThatIsNotThereAreTold() throws Exception {
        Berth berth = new Berth(directory.resolve("var"));

        Berth.Result result = berth.run("image", "sign", "/nowhere", "debian-12\nsize 1");

        assertEquals(2, result.code());
        assertTrue(result.error().contains("is no name of an image"), result.error());
        assertTrue(berth.run("image", "sign", "/nowhere", "debian-12").error().contains("there is no file /nowhere"));
    }

    private static String word(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1))
                .findFirst()
                .orElseThrow();
    }
}
