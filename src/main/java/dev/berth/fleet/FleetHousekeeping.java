package dev.berth.fleet;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;

/** What the fleet forgets after its time. */
@ApplicationScoped
class FleetHousekeeping {
    private final EnrolmentService enrolment;
    private final ImageService images;

    FleetHousekeeping(EnrolmentService enrolment, ImageService images) {
        this.enrolment = enrolment;
        this.images = images;
    }

    @RunOnVirtualThread
    @Scheduled(every = "1h", delayed = "7m", identity = "fleet-housekeeping")
    void forget() {
        enrolment.forgetOld();
        images.forgetUnfinished();
    }
}
