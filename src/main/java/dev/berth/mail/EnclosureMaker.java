package dev.berth.mail;

/** Makes files to enclose. A bean of a package that has something to send; the same subject always gives the same bytes. */
public interface EnclosureMaker {
    /** What {@link Mail.Enclosure} calls it by. */
    String name();

    /** @throws RuntimeException when it cannot be made now: the mail is tried again later */
    File make(String subject);

    /** @param contentType such as {@code application/pdf} */
    @SuppressWarnings("ArrayRecordComponent") // it is handed on, never compared
    record File(String name, String contentType, byte[] bytes) {}
}
