package dev.berth.pages;

import dev.berth.platform.People.Person;
import java.util.Map;

/**
 * Who the subjects on a page are, for whoever reads it.
 *
 * @param self the reader's own subject
 * @param staff whether the reader is staff, who also see mail addresses and the subjects themselves
 * @param nodes names of nodes by id
 */
public record Names(String self, boolean staff, Map<String, Person> people, Map<String, String> nodes) {
    public Names {
        people = Map.copyOf(people);
        nodes = Map.copyOf(nodes);
    }

    /** The name to show for a subject. */
    public String of(String subject) {
        if (subject.equals(self)) {
            return "you";
        }
        Person person = people.get(subject);
        if (person != null) {
            return person.staff() && !staff ? person.name() + " (our staff)" : person.name();
        }
        return machine(subject);
    }

    private String machine(String subject) {
        int colon = subject.indexOf(':');
        String id = subject.substring(colon + 1);
        return switch (subject.substring(0, Math.max(0, colon))) {
            // everybody who is logged in has been seen with a name, so this is somebody of before names were kept
            case "user" -> "somebody not seen since (" + brief(id) + ")";
            case "client" -> "API client " + id;
            case "node" -> "node " + nodes.getOrDefault(id, brief(id));
            case "system" -> "Berth (" + id + ")";
            default -> subject;
        };
    }

    /** What staff read beside the name: the address, empty where there is none. */
    public String email(String subject) {
        Person person = people.get(subject);
        return person == null || !staff ? "" : person.email();
    }

    private static String brief(String id) {
        return id.substring(0, Math.min(8, id.length()));
    }
}
