package dev.berth.mail;

/** What became of an attempt to send. */
sealed interface Delivery {
    /** What the server said, or why it was not asked. */
    String answer();

    /** The server has it. */
    record Sent(String answer) implements Delivery {}

    /** Not now; another attempt may do. */
    record Later(String answer) implements Delivery {}

    /** There is no talking to the server: the other mails need not try now either. */
    record Unreachable(String answer) implements Delivery {}

    /** The server refuses it for good, or there is no sense in it any more. */
    record Never(String answer) implements Delivery {}
}
