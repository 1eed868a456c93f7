package dev.berth.node.host;

import dev.berth.contract.Observed.Cause;
import java.io.Serial;

/** A failure whose kind is known: its message is a sentence for people, and what the host said is beside it. */
public final class ExplainedException extends HostException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String detail;

    /** @param detail is cut to what a message may carry, from the front: the end of a log says most */
    public ExplainedException(String code, String sentence, String detail) {
        super(sentence);
        this.code = code;
        this.detail = detail.substring(Math.max(0, detail.length() - Cause.MAX_DETAIL_CHARS));
    }

    public Cause explanation() {
        return new Cause(code, detail);
    }
}
