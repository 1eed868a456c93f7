package dev.berth.node.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DaemonConfigTest {
    @Test
    void argumentsWinOverTheEnvironment() {
        DaemonConfig config = DaemonConfig.of(Options.parse(
                List.of("--name", "n1", "--simulated"),
                Map.of("BERTH_NAME", "n2", "BERTH_DATA_DIR", "/srv/berth", "BERTH_NAMESERVERS", "9.9.9.9,1.1.1.1")));
        assertEquals("n1", config.nodeName());
        assertEquals("/srv/berth", config.dataDir().toString());
        assertEquals(List.of("9.9.9.9", "1.1.1.1"), config.nameservers());
        assertTrue(config.simulated());
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        UsageException e = assertThrows(
                UsageException.class,
                () -> DaemonConfig.of(Options.parse(
                        List.of(
                                "--name",
                                "No Name",
                                "--portal",
                                "http://x",
                                "--store-bytes",
                                "many",
                                "--nat",
                                "fd77::/64",
                                "--local",
                                "198.51.100.0/24,2001:db8::",
                                "--frob"),
                        Map.of())));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("--name") && message.contains("--portal"), message);
        assertTrue(message.contains("--nat: 'fd77::/64'"), message);
        assertTrue(message.contains("--local: '2001:db8::'") && !message.contains("'198.51.100.0"), message);
        assertTrue(message.contains("--store-bytes") && message.contains("--frob"), message);
    }

    @Test
    void imagesStayADayUnlessToldOtherwise() {
        assertEquals(Duration.ofHours(24), imageGrace(List.of()));
        assertEquals(Duration.ZERO, imageGrace(List.of("--image-grace", "PT0S")));
        assertEquals(Duration.ofDays(7), imageGrace(List.of("--image-grace", "P7D")));
        for (String wrong : List.of("soon", "-PT1S", "P367D", "24")) {
            UsageException e = assertThrows(UsageException.class, () -> imageGrace(List.of("--image-grace", wrong)));
            assertTrue(String.valueOf(e.getMessage()).contains("--image-grace '" + wrong + "'"), e.getMessage());
        }
    }

    @Test
    void keysOfImagesAreAFileThatMayBeNamedInTheEnvironmentToo() {
        assertEquals(
                Optional.empty(),
                DaemonConfig.of(Options.parse(List.of(), Map.of())).imageKeys());
        assertEquals(
                Optional.of(Path.of("/etc/berth/image-keys")),
                DaemonConfig.of(Options.parse(List.of(), Map.of("BERTH_IMAGE_KEYS", "/etc/berth/image-keys")))
                        .imageKeys());
    }

    private static Duration imageGrace(List<String> arguments) {
        return DaemonConfig.of(Options.parse(arguments, Map.of())).imageGrace();
    }
}
