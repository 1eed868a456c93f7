package dev.berth.node.agent;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * Who this node is.
 *
 * @param certificate proves it to the portal
 * @param authority what the portal must prove itself by, and nothing else
 */
public record Identity(String nodeId, PrivateKey key, X509Certificate certificate, X509Certificate authority) {
    /** From here on a new certificate should be asked for. */
    public long renewAfterMillis() {
        long begin = certificate.getNotBefore().toInstant().toEpochMilli();
        long end = certificate.getNotAfter().toInstant().toEpochMilli();
        return begin + (end - begin) / 2;
    }

    @Override
    public String toString() {
        return "Identity[" + nodeId + "]";
    }
}
