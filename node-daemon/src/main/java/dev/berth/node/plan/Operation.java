package dev.berth.node.plan;

import static dev.berth.node.plan.Lane.ALONE;
import static dev.berth.node.plan.Lane.CGROUP;
import static dev.berth.node.plan.Lane.FILES;
import static dev.berth.node.plan.Lane.NETWORK;

/** One step of a plan. Each is harmless to repeat and safe to be cut off anywhere: a new plan then goes on from there. */
public sealed interface Operation {
    /** As it stands in the step log and on the customer's page. */
    String text();

    Lane lane();

    /** How long it may take before it counts as failed. */
    long deadlineSeconds();

    /** Fetches, checks and unpacks the image where it is not there. */
    record FetchImage(String digest) implements Operation {
        @Override
        public String text() {
            return "fetch-image";
        }

        @Override
        public Lane lane() {
            return FILES;
        }

        @Override
        public long deadlineSeconds() {
            return 900;
        }
    }

    /** Copies the private layer of a context that does not run. A copy that fails is noted as failed, and the plan goes on. */
    record TakeSnapshot(String snapshotId) implements Operation {
        @Override
        public String text() {
            return "take-snapshot";
        }

        @Override
        public Lane lane() {
            return ALONE;
        }

        @Override
        public long deadlineSeconds() {
            return 1_800;
        }
    }

    record RemoveSnapshot(String snapshotId) implements Operation {
        @Override
        public String text() {
            return "remove-snapshot";
        }

        @Override
        public Lane lane() {
            return ALONE;
        }

        @Override
        public long deadlineSeconds() {
            return 300;
        }
    }

    /** Operations without arguments: what they act on is the context they are planned for. */
    enum Simple implements Operation {
        /** Reading of what was, before a change of spec takes effect. */
        READ_BEFORE("read-before", ALONE, 10),
        ENSURE_STORAGE("ensure-storage", FILES, 60),
        /** Fails where a smaller disk does not hold what is in use; last, so that all else has been done by then. */
        LIMIT_STORAGE("limit-storage", ALONE, 60),
        /** Empty layer of a rescue system. */
        ENSURE_RESCUE("ensure-rescue", FILES, 60),
        ENSURE_MOUNTED("ensure-mounted", FILES, 60),
        ENSURE_FILES("ensure-files", FILES, 60),
        ENSURE_CGROUP("ensure-cgroup", CGROUP, 60),
        ENSURE_NETWORK("ensure-network", NETWORK, 60),
        /** Counts the start and opens its epoch in the journal, durably, before it happens. */
        OPEN_READING("open-reading", ALONE, 10),
        START("start", ALONE, 120),
        FREEZE("freeze", ALONE, 60),
        THAW("thaw", ALONE, 60),
        STOP("stop", ALONE, 120),
        /** Closes the epoch in the journal, before anything that counts is torn down. */
        CLOSE_READING("close-reading", ALONE, 10),
        /** The last reading this context will ever have. */
        FINAL_READING("final-reading", ALONE, 10),
        /** Reading under the new spec. */
        READ_AFTER("read-after", ALONE, 10),
        /** Swaps the private layer for a snapshot's content or an empty one, in one call of the kernel. */
        REPLACE_LAYER("replace-layer", ALONE, 1_800),
        /** The last reading before it leaves for another node; its meter ends, and what it had is kept for the way. */
        LEAVE_METER("leave-meter", ALONE, 10),
        /** Writes the private layer down as one file for another host. */
        EXPORT_LAYER("export-layer", ALONE, 1_800),
        /** Hands that file, meter and bank to the portal; from here on the context is sealed. */
        SEND_LAYER("send-layer", ALONE, 3_600),
        /** Takes from the portal what another node handed over. */
        FETCH_LAYER("fetch-layer", ALONE, 3_600),
        /** Checks and unpacks it, all or nothing. */
        RECEIVE_LAYER("receive-layer", ALONE, 1_800),
        /** Goes on with the counters and the bank that it came with, or that it left with and came back. */
        ADOPT_METER("adopt-meter", ALONE, 10),
        UNMOUNT("unmount", ALONE, 60),
        /** The rescue system goes with all that was written in it. */
        REMOVE_RESCUE("remove-rescue", ALONE, 300),
        REMOVE_NETWORK("remove-network", ALONE, 60),
        REMOVE_CGROUP("remove-cgroup", ALONE, 60),
        REMOVE_STORAGE("remove-storage", ALONE, 300),
        /** Looks at kernel and disk again: only then is it GONE. */
        VERIFY_GONE("verify-gone", ALONE, 60);

        private final String text;
        private final Lane lane;
        private final long deadlineSeconds;

        Simple(String text, Lane lane, long deadlineSeconds) {
            this.text = text;
            this.lane = lane;
            this.deadlineSeconds = deadlineSeconds;
        }

        @Override
        public Lane lane() {
            return lane;
        }

        @Override
        public long deadlineSeconds() {
            return deadlineSeconds;
        }

        @Override
        public String text() {
            return text;
        }
    }
}
