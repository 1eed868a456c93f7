package dev.berth.tools;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A node for load: enrolled as any, with a key and a certificate of its own, and a journal of hourly readings that is chained and signed
 * as berthd's. Batches are made beforehand, so that sending them is all it does while it is timed.
 */
final class LoadNode {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String BOOT = "00000000-0000-4000-8000-0000000000b0";
    private static final char[] NO_PASSWORD = new char[0];
    private static final long HOUR_MILLIS = 3_600_000;

    private final KeyPair keys;
    private final HttpClient client;
    private final List<String> contexts = new ArrayList<>();
    private final Deque<byte[]> ready = new ArrayDeque<>();
    private final Instant begun;
    private String lastHash = "0".repeat(64);
    private long lastSeq;
    private long hour;

    private LoadNode(KeyPair keys, HttpClient client, int contexts, Instant begun) {
        this.keys = keys;
        this.client = client;
        this.begun = begun;
        for (int i = 0; i < contexts; i++) {
            this.contexts.add(UUID.randomUUID().toString());
        }
    }

    /** @param begun hour of its first readings */
    static LoadNode enrol(String name, String joinToken, int agentPort, int contexts, Instant begun)
            throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        SSLContext anybody = SSLContext.getInstance("TLS");
        anybody.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        String request = Json.write(
                Map.of("joinToken", joinToken, "nodeName", name, "csrPem", CertificateRequest.pem(name, keys)));
        HttpResponse<String> answer = post(client(anybody), agentPort, "/agent/v1/enrol", request.getBytes(UTF8));
        if (answer.statusCode() != 200) {
            throw new IOException("enrolling %s answered %d: %s".formatted(name, answer.statusCode(), answer.body()));
        }
        Map<String, Object> identity = Json.object(answer.body());
        X509Certificate own = certificate(Json.text(identity, "certificatePem").orElseThrow());
        X509Certificate authority = certificate(Json.text(identity, "caPem").orElseThrow());
        return new LoadNode(keys, client(mutual(keys, own, authority)), contexts, begun);
    }

    private static final java.nio.charset.Charset UTF8 = StandardCharsets.UTF_8;

    /** The portal on loopback, before its authority is known; berthd compares a fingerprint here. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLContext mutual(KeyPair keys, X509Certificate own, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        KeyStore identity = KeyStore.getInstance("PKCS12");
        identity.load(null, NO_PASSWORD);
        identity.setKeyEntry("node", keys.getPrivate(), NO_PASSWORD, new Certificate[] {own, authority});
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(identity, NO_PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, NO_PASSWORD);
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        return context;
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(UTF8)));
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .connectTimeout(LIMIT)
                .build();
    }

    private static HttpResponse<String> post(HttpClient client, int port, String path, byte[] body) throws IOException {
        return post(client, port, path, body, LIMIT);
    }

    private static HttpResponse<String> post(HttpClient client, int port, String path, byte[] body, Duration limit)
            throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + Settings.HOST + ":" + port + path))
                .timeout(limit)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Batches of an hour each, with a reading of every context. */
    void prepare(int hours) throws GeneralSecurityException {
        for (int i = 0; i < hours; i++) {
            ready.add(batch());
            hour++;
        }
    }

    private byte[] batch() throws GeneralSecurityException {
        List<Written> records = new ArrayList<>();
        for (String context : contexts) {
            records.add(write(
                    new Measured(context, hour == 0 ? "OPEN" : "SAMPLE", 1, begun.toEpochMilli() + hour * HOUR_MILLIS),
                    counters()));
        }
        return signed(records);
    }

    private long[] counters() {
        long seconds = hour * 3_600;
        return new long[] {
            hour * 90_000_000,
            hour * 1_000,
            seconds * 536_870_912,
            seconds * 2_147_483_648L,
            hour * 7_000_000,
            hour * 9_000_000,
            hour * 500_000,
            hour * 800_000,
            seconds,
            seconds,
            60_000
        };
    }

    /** Of which context, why and when. */
    record Measured(String context, String kind, long startNo, long utcMillis) {}

    /** A record as it stands in the journal. */
    record Written(long seq, String hash, Measured measured, long[] counters, String json) {}

    /** Puts a record at the journal's end. */
    Written write(Measured m, long[] c) throws GeneralSecurityException {
        long seq = ++lastSeq;
        String prev = lastHash;
        long nanos = (m.utcMillis() - begun.toEpochMilli()) * 1_000_000;
        StringBuilder counters = new StringBuilder();
        for (long value : c) {
            counters.append(counters.isEmpty() ? "" : ",").append(value);
        }
        String text = "v1|" + seq + "|" + m.kind() + "|" + m.context() + "|1|" + BOOT + "|" + m.startNo() + "|"
                + m.utcMillis() + "|" + nanos + "|true|" + counters + "|-";
        lastHash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest((prev + "\n" + text).getBytes(UTF8)));
        String json = "{\"seq\":" + seq + ",\"prevHash\":\"" + prev + "\",\"hash\":\"" + lastHash
                + "\",\"reading\":{\"kind\":\""
                + m.kind() + "\",\"contextId\":\"" + m.context() + "\",\"generation\":1,\"bootId\":\"" + BOOT
                + "\",\"startNo\":" + m.startNo() + ",\"utcMillis\":" + m.utcMillis() + ",\"monotonicNanos\":" + nanos
                + ",\"running\":true,\"counters\":" + json(c) + ",\"gapReason\":null}}";
        return new Written(seq, lastHash, m, c, json);
    }

    /** A batch of records that follow each other, signed as berthd signs: over its last hash, and over the root of them all. */
    byte[] signed(List<Written> records) throws GeneralSecurityException {
        String root = HexFormat.of()
                .formatHex(root(records.stream()
                        .map(record -> HexFormat.of().parseHex(record.hash()))
                        .toList()));
        String text = "berth-readings-root|v1|" + records.getFirst().seq() + "|"
                + records.getLast().seq() + "|" + root;
        String all = String.join(",", records.stream().map(Written::json).toList());
        return ("{\"bootId\":\"" + BOOT + "\",\"records\":[" + all + "],\"signature\":\""
                        + sign(HexFormat.of().parseHex(records.getLast().hash()))
                        + "\",\"rootSignature\":\"" + sign(text.getBytes(UTF8)) + "\"}")
                .getBytes(UTF8);
    }

    private String sign(byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    /** Of the tree of RFC 6962 over records' hashes. */
    private static byte[] root(List<byte[]> hashes) throws GeneralSecurityException {
        List<byte[]> level = new ArrayList<>();
        for (byte[] hash : hashes) {
            level.add(sha256((byte) 0, hash, new byte[0]));
        }
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                above.add(i + 1 < level.size() ? sha256((byte) 1, level.get(i), level.get(i + 1)) : level.get(i));
            }
            level = above;
        }
        return level.getFirst();
    }

    private static byte[] sha256(byte domain, byte[] first, byte[] second) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(domain);
        digest.update(first);
        return digest.digest(second);
    }

    private static String json(long[] c) {
        return ("{\"cpuUsec\":%d,\"cpuThrottledUsec\":%d,\"memoryByteSeconds\":%d,\"diskByteSeconds\":%d,"
                        + "\"netTxBytes\":%d,\"netRxBytes\":%d,\"ioReadBytes\":%d,\"ioWriteBytes\":%d,"
                        + "\"addressSeconds\":%d,\"uptimeSeconds\":%d,\"cpuTokens\":%d,"
                        + "\"snapshotByteSeconds\":null,\"local\":null}")
                .formatted(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10]);
    }

    /** @param limit after which the answer is not waited for any more */
    HttpResponse<String> send(int agentPort, byte[] batch, Duration limit) throws IOException {
        return post(client, agentPort, "/agent/v1/readings", batch, limit);
    }

    /** Sends so many of the prepared batches, each after the one before was taken. */
    void send(int agentPort, int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            HttpResponse<String> answer = post(client, agentPort, "/agent/v1/readings", ready.remove());
            if (answer.statusCode() != 200) {
                throw new IOException("a batch was answered %d: %s".formatted(answer.statusCode(), answer.body()));
            }
        }
    }
}
