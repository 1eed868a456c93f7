package dev.berth.pages;

import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Database;
import dev.berth.platform.People;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;

/** Puts the shell around pages. They are rendered before the answer begins, so that a fault is an error page, not half a page. */
@ApplicationScoped
public class Frame {
    private static final String HTML = "text/html;charset=UTF-8";
    private final Callers callers;
    private final People people;
    private final Database database;

    Frame(Callers callers, People people, Database database) {
        this.callers = callers;
        this.people = people;
        this.database = database;
    }

    /** @param area of the navigation */
    Response show(TemplateInstance page, String area) {
        return show(page, area, 200);
    }

    Response show(TemplateInstance page, String area, int status) {
        Optional<Caller> caller = callers.currentIfKnown();
        caller.ifPresent(people::meet);
        boolean staff = caller.filter(Caller::staff).isPresent();
        Shell shell = new Shell(
                caller.map(Frame::name).orElse(""), caller.isPresent() && !staff, staff, anySimulated(), area);
        return html(page.data("shell", shell), status);
    }

    /** For a page of last resort: asks nothing that may be what failed. */
    Response showBare(TemplateInstance page, int status) {
        return html(page.data("shell", new Shell("", false, false, false, "")), status);
    }

    /** A part of a page, for htmx. */
    Response part(TemplateInstance part) {
        return html(part, 200);
    }

    /** To a page that asks for its part and has it already: it stays as it is. */
    static Response nothingNew() {
        return Response.noContent().header("Cache-Control", "no-store").build();
    }

    private static Response html(TemplateInstance page, int status) {
        return Response.status(status)
                .type(HTML)
                .header("Cache-Control", "no-store")
                .entity(page.render())
                .build();
    }

    static Response go(String path) {
        return Response.seeOther(URI.create(path)).build();
    }

    private static String name(Caller caller) {
        return caller.name().isBlank() ? caller.subject() : caller.name();
    }

    private boolean anySimulated() {
        return database.number("SELECT EXISTS (SELECT 1 FROM node n WHERE n.simulated AND n.state <> 'RETIRED') AS n")
                > 0;
    }
}
