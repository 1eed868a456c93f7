package dev.berth.payment.bank;

/** A file is no bank statement that can be read; the message says why, for a person. */
public final class NotCamt053 extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotCamt053(String message) {
        super(message);
    }

    NotCamt053(String message, Throwable cause) {
        super(message, cause);
    }

    public String why() {
        String message = getMessage();
        return message == null ? "is no bank statement" : message;
    }
}
