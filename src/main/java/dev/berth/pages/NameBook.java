package dev.berth.pages;

import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.People;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks up the names that a page needs, all at once. */
@ApplicationScoped
public class NameBook {
    private final Callers callers;
    private final People people;
    private final NodeService nodes;

    NameBook(Callers callers, People people, NodeService nodes) {
        this.callers = callers;
        this.people = people;
        this.nodes = nodes;
    }

    Names of(Stream<String> subjects) {
        Caller reader = callers.current();
        List<String> distinct = subjects.distinct().toList();
        boolean anyNode = distinct.stream().anyMatch(subject -> subject.startsWith("node:"));
        return new Names(reader.subject(), reader.staff(), people.named(distinct), anyNode ? nodeNames() : Map.of());
    }

    private Map<String, String> nodeNames() {
        return nodes.list().stream().collect(Collectors.toMap(node -> node.id().toString(), Node::name));
    }
}
