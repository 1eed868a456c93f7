package dev.berth.evidence;

/** A file of a bundle that cannot be read as what it should be. The message is a sentence for people. */
public final class BundleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BundleException(String sentence) {
        super(sentence);
    }

    BundleException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
