package dev.berth.tools;

/** An expected end: one clear sentence for the person and an exit code for the script. */
final class Failure extends RuntimeException {
    static final int USAGE = 2;
    static final int NOT_RUNNING = 3;
    static final int HOST = 4;
    static final int PORT = 5;
    static final int DISK = 6;
    static final int PACKAGES = 7;
    static final int BUILD = 8;
    static final int START = 9;
    static final int TESTS = 1;

    private static final long serialVersionUID = 1;

    private final int exitCode;

    Failure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    Failure(int exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
