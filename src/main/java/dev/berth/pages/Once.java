package dev.berth.pages;

import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes a form safe to send twice: each showing of it has a hidden key, and a key has one effect. */
@ApplicationScoped
public class Once {
    private static final String FIELD = "key";
    private final Callers callers;
    private final Idempotency idempotency;
    private final InstantSource clock;

    Once(Callers callers, Idempotency idempotency, InstantSource clock) {
        this.callers = callers;
        this.idempotency = idempotency;
        this.clock = clock;
    }

    /** For the hidden field; all forms of one page may share it. */
    String key() {
        return Ids.next(clock).toString();
    }

    /**
     * Runs the work, unless this form was sent before, and leads where it leads. Input that is refused does not use the
     * key up.
     *
     * @param action what the form is for, different for every form and thing
     * @param work answers with the path to go on to
     */
    Response go(Form form, String action, Supplier<String> work) {
        String key = form.text(FIELD);
        if (key.isEmpty()) {
            throw Problem.of(400, "form-incomplete", "This form came without its key: open its page again.");
        }
        Attempt attempt =
                new Attempt(callers.current(), key + "/" + action, "pages/" + action, new TreeMap<>(form.all()));
        try {
            return Frame.go(idempotency
                    .once(attempt, () -> Effect.created(work.get(), ""))
                    .location()
                    .orElseThrow());
        } catch (Problem problem) {
            throw problem.code().equals("idempotency-key-reused") ? sentBefore() : problem;
        }
    }

    /**
     * One of the forms on the page of a thing: leads back to it, or shows what is wrong.
     *
     * @param page its path
     * @param what the form is for
     */
    Response back(Form form, String page, String what, Runnable work, Function<Problem, Response> wrong) {
        try {
            return go(form, page.substring(1) + "/" + what, () -> {
                work.run();
                return page;
            });
        } catch (Problem problem) {
            return wrong.apply(problem);
        }
    }

    private static Problem sentBefore() {
        return Problem.conflict(
                "sent-before", "This form was sent before, with something else in it. Open its page to send it anew.");
    }
}
