package dev.berth.platform;

import java.util.List;

/** An expected failure with a stable code, mapped to HTTP (RFC 9457) in one place. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Fault> faults;

    /**
     * @param field what is wrong in the input, as the client named it
     * @param message why
     */
    public record Fault(String field, String message) {}

    private Problem(int status, String code, String detail, List<Fault> faults) {
        super(detail);
        this.status = status;
        this.code = code;
        this.faults = List.copyOf(faults);
    }

    public static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, List.of());
    }

    /** 422 with every fault of the input at once. */
    public static Problem invalid(List<Fault> faults) {
        return new Problem(
                422,
                "invalid-input",
                faults.size() == 1 ? "The input has a fault." : "The input has %d faults.".formatted(faults.size()),
                faults);
    }

    public static Problem invalid(String field, String message) {
        return invalid(List.of(new Fault(field, message)));
    }

    /** 404, for what is not there and for what the caller may not know about. */
    public static Problem notFound(String what) {
        return of(404, "not-found", "There is no such " + what + ".");
    }

    public static Problem notFound(String what, Throwable cause) {
        Problem problem = notFound(what);
        problem.initCause(cause);
        return problem;
    }

    /** 403, for what the caller may know but not do. */
    public static Problem forbidden(String detail) {
        return of(403, "forbidden", detail);
    }

    /** 409: right input, wrong moment. */
    public static Problem conflict(String code, String detail) {
        return of(409, code, detail);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public List<Fault> faults() {
        return faults;
    }

    public String detail() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
