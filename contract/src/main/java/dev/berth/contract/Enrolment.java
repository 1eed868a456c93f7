package dev.berth.contract;

/**
 * {@code POST /agent/v1/enrol} (TLS without a client certificate) and {@code POST /agent/v1/renew} (with one).
 */
public final class Enrolment {
    /** PEM texts longer than this are refused. */
    public static final int MAX_PEM_CHARS = 16_384;

    private Enrolment() {}

    /**
     * @param joinToken single use, 15 minutes, bound to the node name
     * @param nodeName the name the token was made for
     * @param csrPem PKCS#10 request; its key never leaves the node
     */
    public record Request(String joinToken, String nodeName, String csrPem) {
        public Request {
            Faults faults = new Faults("enrolment request");
            faults.text("joinToken", joinToken, 256);
            faults.matches("nodeName", nodeName, Patterns.NODE_NAME);
            faults.text("csrPem", csrPem, MAX_PEM_CHARS);
            faults.throwIfAny();
        }

        @Override
        public String toString() {
            return "Enrolment.Request[nodeName=" + nodeName + "]";
        }
    }

    /** @param csrPem request for the next certificate; the old one proves who asks */
    public record RenewRequest(String csrPem) {
        public RenewRequest {
            Faults faults = new Faults("renew request");
            faults.text("csrPem", csrPem, MAX_PEM_CHARS);
            faults.throwIfAny();
        }
    }

    /**
     * @param nodeId UUID of the node
     * @param certificatePem the node's certificate, 30 days
     * @param caPem the authority the node must trust, and nothing else
     */
    public record Response(String nodeId, String certificatePem, String caPem) {
        public Response {
            Faults faults = new Faults("enrolment response");
            faults.uuid("nodeId", nodeId);
            faults.text("certificatePem", certificatePem, MAX_PEM_CHARS);
            faults.text("caPem", caPem, MAX_PEM_CHARS);
            faults.throwIfAny();
        }
    }
}
