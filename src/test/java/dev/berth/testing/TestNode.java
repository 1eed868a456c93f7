package dev.berth.testing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.berth.contract.Desired;
import dev.berth.contract.Enrolment;
import dev.berth.contract.Observed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Speaks the agent API as a node does: real TLS, a key of its own, trust in the fingerprint of the join token. */
public final class TestNode {
    public static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final char[] NO_PASSWORD = new char[0];
    private final String base;
    private final String name;
    private final KeyPair key;
    private final String bootId = UUID.randomUUID().toString();
    private final HttpClient client;
    private final UUID id;
    private Optional<List<String>> images = Optional.empty();

    private TestNode(String base, String name, KeyPair key, HttpClient client, UUID id) {
        this.base = base;
        this.name = name;
        this.key = key;
        this.client = client;
        this.id = id;
    }

    /** Joins a portal. */
    public static TestNode enrol(int port, String name, String token) throws Exception {
        return enrol(port, name, token, Keys.fresh());
    }

    /** Joins a portal with a key that is there already. */
    public static TestNode enrol(int port, String name, String token, KeyPair key) throws Exception {
        String base = "https://localhost:" + port + "/agent/v1/";
        String fingerprint = token.substring(token.indexOf('.') + 1);
        HttpClient stranger = client(sslWith(new FingerprintTrust(fingerprint)));
        HttpResponse<String> answer = stranger.send(
                HttpRequest.newBuilder(URI.create(base + "enrol"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                JSON.writeValueAsString(new Enrolment.Request(token, name, csr(name, key)))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        Enrolment.Response response = JSON.readValue(answer.body(), Enrolment.Response.class);
        return new TestNode(base, name, key, client(mutual(key, response)), UUID.fromString(response.nodeId()));
    }

    public UUID id() {
        return id;
    }

    public String bootId() {
        return bootId;
    }

    public KeyPair key() {
        return key;
    }

    /** Any request; the path is relative to {@code /agent/v1/}. */
    public HttpResponse<String> send(String path, UnaryOperator<HttpRequest.Builder> shape)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
        return client.send(shape.apply(request).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A WebSocket; the path is relative to {@code /agent/v1/}. */
    public CompletableFuture<WebSocket> dial(String path, WebSocket.Listener listener) {
        return client.newWebSocketBuilder().buildAsync(URI.create((base + path).replaceFirst("^http", "ws")), listener);
    }

    public Desired desired(String query) throws IOException, InterruptedException {
        return JSON.readValue(send("desired" + query, HttpRequest.Builder::GET).body(), Desired.class);
    }

    /** @return the status of the answer */
    public int observe(long revision, Observed.ContextStatus... contexts) throws IOException, InterruptedException {
        Observed.Capacity capacity = new Observed.Capacity(2_000, 8L << 30, 64L << 30, "simulated", true, false, "6.1");
        Observed observed = new Observed(
                bootId,
                "test",
                true,
                revision,
                false,
                Instant.now().toEpochMilli(),
                capacity,
                List.of(contexts),
                images);
        String body = JSON.writeValueAsString(observed);
        return send("observed", r -> r.PUT(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    /** What it holds, from its next report on. */
    public void holds(String... digests) {
        images = Optional.of(List.of(digests));
    }

    public HttpResponse<String> renew() throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(new Enrolment.RenewRequest(csr(name, key)));
        return send("renew", r -> r.POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String csr(String name, KeyPair key) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(
                    new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=" + name), key.getPublic())
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static HttpClient client(SSLContext ssl) {
        return HttpClient.newBuilder()
                .sslContext(ssl)
                .connectTimeout(Duration.ofSeconds(10))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static SSLContext sslWith(TrustManager trust) throws GeneralSecurityException {
        SSLContext ssl = SSLContext.getInstance("TLS");
        ssl.init(null, new TrustManager[] {trust}, new SecureRandom());
        return ssl;
    }

    private static SSLContext mutual(KeyPair key, Enrolment.Response response)
            throws GeneralSecurityException, IOException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("node", key.getPrivate(), NO_PASSWORD, new Certificate[] {parse(response.certificatePem())});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", parse(response.caPem()));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext ssl = SSLContext.getInstance("TLS");
        ssl.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        return ssl;
    }

    private static X509Certificate parse(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Trusts a chain that ends with the authority of the token. */
    private static final class FingerprintTrust implements X509TrustManager {
        private final String fingerprint;

        FingerprintTrust(String fingerprint) {
            this.fingerprint = fingerprint;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            try {
                X509Certificate last = chain[chain.length - 1];
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(last.getEncoded());
                if (!HexFormat.of().formatHex(digest).equals(fingerprint)) {
                    throw new CertificateException("another authority");
                }
                chain[0].verify(last.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
