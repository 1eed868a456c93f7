package dev.berth.node.agent;

import dev.berth.contract.Enrolment;
import dev.berth.node.disk.DurableFile;
import dev.berth.node.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * The node's key and certificate on its disk, readable by root only. The key is made before the first request and kept, so
 * that a request repeated after a crash is the same one.
 */
public final class IdentityStore {
    private static final String CURVE = "secp256r1";

    private final Path directory;

    public IdentityStore(Path directory) {
        this.directory = directory;
    }

    /** The identity, empty before enrolment. */
    public Optional<Identity> load() throws IOException {
        Path file = directory.resolve("identity.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Enrolment.Response stored = Json.read(Files.readAllBytes(file), Enrolment.Response.class);
        try {
            PrivateKey key = Pem.ecKey(Files.readString(directory.resolve("node.key")));
            return Optional.of(new Identity(
                    stored.nodeId(), key, Pem.certificate(stored.certificatePem()), Pem.certificate(stored.caPem())));
        } catch (GeneralSecurityException e) {
            throw new IOException("the node's identity in %s cannot be read".formatted(directory), e);
        }
    }

    /** Takes over what the portal issued. */
    public Identity store(Enrolment.Response response) throws IOException {
        write("identity.json", Json.bytes(response));
        return load().orElseThrow(() -> new IOException("the identity just written is not there"));
    }

    /** A certificate request, signed with the node's key. */
    public String request(String nodeName) throws IOException {
        try {
            KeyPair pair = keyPair();
            byte[] der = new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=" + nodeName), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                    .getEncoded();
            return Pem.text("CERTIFICATE REQUEST", der);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("no certificate request could be made", e);
        }
    }

    private KeyPair keyPair() throws IOException, GeneralSecurityException {
        Path keyFile = directory.resolve("node.key");
        Path publicFile = directory.resolve("node.pub");
        if (!Files.exists(publicFile)) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair pair = generator.generateKeyPair();
            write("node.key", ascii(Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded())));
            // Written last: where it is, the key before it is complete and belongs to it.
            write("node.pub", pair.getPublic().getEncoded());
        }
        PrivateKey key = Pem.ecKey(Files.readString(keyFile));
        return new KeyPair(publicKey(Files.readAllBytes(publicFile)), key);
    }

    private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** All or nothing, and on the disk when this returns. */
    private void write(String name, byte[] content) throws IOException {
        Files.createDirectories(directory);
        DurableFile.write(directory.resolve(name), content, "rw-------");
    }
}
