package dev.berth.vps;

import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Operation.Step;
import dev.berth.vps.Operation.StepState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What customers read of a failure: a sentence. The node's own words are for staff. */
final class PlainWords {
    static final String LATE = "The node has not done this in time.";
    static final String LOST = "The node says that this VPS is gone, which nobody asked for.";
    static final String OVERTAKEN = "A newer change took its place.";

    static final String NODE_LOST =
            "The machine that it was on is lost for good, with the disk. You pay nothing from its last measurement on;"
                    + " our staff will write to you.";
    static final String STAYED = "It was not moved: it is where it was.";

    private static final Set<String> OURS = Set.of(LATE, LOST, NODE_LOST, OVERTAKEN, STAYED);
    private static final String STUCK = "Its node cannot make it what it should be.";

    private PlainWords() {}

    static String of(Operation operation, String raw) {
        if (operation.state() == Operation.State.FAILED && !OURS.contains(raw)) {
            return ended(operation.kind(), raw);
        }
        return OURS.contains(raw) ? raw : failed(operation.steps()).orElseGet(() -> of(operation.kind()));
    }

    /** What fails for good is the copying of a disk. */
    private static String ended(Kind kind, String raw) {
        return switch (kind) {
            case RESTORE, REINSTALL ->
                "The snapshot before it could not be taken, so the disk was left as it is. " + ofCopy(raw);
            case CREATE,
                    START,
                    STOP,
                    RESTART,
                    DELETE,
                    SUSPEND,
                    RESUME,
                    CHANGE,
                    PASSWORD_RESET,
                    RESCUE,
                    LEAVE_RESCUE,
                    ADD_ADDRESS,
                    REMOVE_ADDRESS,
                    CHANGE_PLAN,
                    LIMIT,
                    UNLIMIT,
                    CHANGE_ADD_ONS,
                    TAKE_SNAPSHOT,
                    DELETE_SNAPSHOT,
                    MIGRATE -> ofCopy(raw);
        };
    }

    /** Why a disk could not be copied. */
    static String ofCopy(String raw) {
        if (raw.contains("No space left on device") || raw.contains("Disk quota exceeded")) {
            return "There is no room for a copy of the disk.";
        }
        return raw.contains("File name too long")
                ? "The disk has folders nested too deeply to be copied."
                : "The disk could not be copied.";
    }

    static String of(String raw) {
        return OURS.contains(raw) ? raw : STUCK;
    }

    private static Optional<String> failed(List<Step> steps) {
        return steps.reversed().stream()
                .filter(step -> step.state() == StepState.FAILED)
                .findFirst()
                .map(step -> switch (step.name()) {
                    case "fetch-image" -> "Its image could not be brought to the node.";
                    case "ensure-storage" -> "Its disk could not be made.";
                    case "ensure-mounted" -> "Its disk could not be opened.";
                    case "ensure-files" -> "Its host name and SSH keys could not be written.";
                    case "ensure-cgroup" -> "Its limits could not be set.";
                    case "take-snapshot" -> "Its snapshot could not be taken yet.";
                    case "ensure-rescue" -> "The rescue system's disk could not be made.";
                    case "remove-rescue" -> "The rescue system's disk could not be removed yet.";
                    case "replace-layer" -> "Its disk could not be replaced yet.";
                    case "remove-snapshot" -> "Its snapshot could not be removed yet.";
                    case "export-layer", "send-layer" -> "Its disk could not be handed over yet.";
                    case "fetch-layer", "receive-layer" -> "Its disk could not be brought to its new node yet.";
                    case "ensure-network" -> "It could not be connected to the network.";
                    default -> "";
                })
                .filter(text -> !text.isEmpty());
    }

    private static String of(Kind kind) {
        return switch (kind) {
            case CREATE -> "The server could not be built yet.";
            case START, RESUME -> "The server did not start yet.";
            case STOP, SUSPEND -> "The server did not stop yet.";
            case RESTART -> "The server did not restart yet.";
            case CHANGE -> "Its host name and keys are not changed yet.";
            case PASSWORD_RESET -> "Its password is not set yet.";
            case DELETE -> "The server is not wholly deleted yet.";
            case TAKE_SNAPSHOT -> "Its snapshot is not taken yet.";
            case DELETE_SNAPSHOT -> "Its snapshot is not deleted yet.";
            case RESTORE -> "Its disk is not restored yet.";
            case REINSTALL -> "The server is not reinstalled yet.";
            case RESCUE -> "The rescue system did not start yet.";
            case LEAVE_RESCUE -> "The server did not leave its rescue system yet.";
            case ADD_ADDRESS -> "Its new address is not in use yet.";
            case REMOVE_ADDRESS -> "Its address is not out of use yet.";
            case LIMIT, UNLIMIT, CHANGE_PLAN, CHANGE_ADD_ONS -> "Its new limits are not in force yet.";
            case MIGRATE -> "The server is not moved yet.";
        };
    }
}
