package dev.berth.node.agent;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS towards the portal. Only its own authority is trusted, never the system's; the host name is checked as well. */
final class Tls {
    private static final char[] IN_MEMORY = "in memory only".toCharArray();

    private Tls() {}

    /** For a node that has a certificate. */
    static SSLContext mutual(Identity identity) throws IOException {
        try {
            KeyStore keys = emptyStore();
            keys.setKeyEntry("node", identity.key(), IN_MEMORY, new X509Certificate[] {identity.certificate()});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, IN_MEMORY);
            return context(factory.getKeyManagers(), trust(identity.authority()));
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS with the node's certificate cannot be set up", e);
        }
    }

    /** For enrolment: whoever's chain ends in the authority of that fingerprint is the portal. */
    static SSLContext pinned(String authoritySha256) throws IOException {
        try {
            return context(new KeyManager[0], new PinnedTrust(authoritySha256));
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS for enrolment cannot be set up", e);
        }
    }

    static String sha256(X509Certificate certificate) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return HexFormat.of().formatHex(digest);
    }

    private static SSLContext context(KeyManager[] keys, X509ExtendedTrustManager trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, new TrustManager[] {trust}, null);
        return context;
    }

    private static X509ExtendedTrustManager trust(X509Certificate authority)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return List.of(factory.getTrustManagers()).stream()
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("no X.509 trust manager"));
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, IN_MEMORY);
        return store;
    }

    /** Finds the authority in the chain by its fingerprint, then checks the chain against it in the ordinary way. */
    private static final class PinnedTrust extends X509ExtendedTrustManager {
        private final String authoritySha256;

        PinnedTrust(String authoritySha256) {
            this.authoritySha256 = authoritySha256;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            pinned(chain).checkServerTrusted(chain, authType, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            pinned(chain).checkServerTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            pinned(chain).checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private X509ExtendedTrustManager pinned(X509Certificate[] chain) throws CertificateException {
            try {
                for (X509Certificate certificate : chain) {
                    if (sha256(certificate).equals(authoritySha256)) {
                        return trust(certificate);
                    }
                }
            } catch (GeneralSecurityException | IOException e) {
                throw new CertificateException("the portal's chain cannot be checked", e);
            }
            throw new CertificateException("the portal's chain does not hold the authority the join token names");
        }
    }
}
