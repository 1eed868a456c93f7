package dev.berth.vps;

import dev.berth.platform.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** How many VPS rest on each image. */
@ApplicationScoped
public class ImageUse {
    private final Database database;

    ImageUse(Database database) {
        this.database = database;
    }

    private record Count(UUID image, long servers) {}

    /** By image; one that nothing rests on is not in it. */
    public Map<UUID, Long> counts() {
        return database
                .list(
                        "SELECT image_id, COUNT(*) AS n FROM vps WHERE observed_state <> 'GONE' GROUP BY image_id LIMIT 1000",
                        row -> new Count(row.uuid("image_id"), row.number("n")))
                .stream()
                .collect(Collectors.toMap(Count::image, Count::servers));
    }
}
