package dev.berth.node.image;

/** Processors, by the names Debian gives them (dpkg-architecture(1)). */
public final class Architecture {
    private Architecture() {}

    /** This host's. */
    public static String own() {
        return named(System.getProperty("os.arch"));
    }

    /** @param java as the property {@code os.arch} has it */
    static String named(String java) {
        return switch (java) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }
}
