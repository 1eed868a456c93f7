package dev.berth.fleet;

import dev.berth.fleet.Authority.Identity;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Keeps the authority in the database, its key encrypted with {@code berth.secret} (PBKDF2, AES-256-GCM). */
@ApplicationScoped
class AuthorityStore {
    private static final int MIN_SECRET = 32;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int ITERATIONS = 100_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final Transactions transactions;
    private final InstantSource clock;
    private final String secret;
    private volatile @Nullable Authority loaded;

    AuthorityStore(
            Database database,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "berth.secret") Optional<String> secret) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
        this.secret = secret.orElse("");
    }

    private record Stored(String pem, String keyHex) {}

    /** The authority; made by the first replica that asks, the same for all. */
    Authority get() {
        Authority known = loaded;
        if (known == null) {
            known = load();
            loaded = known;
        }
        return known;
    }

    private Authority load() {
        if (secret.length() < MIN_SECRET) {
            throw new IllegalStateException("berth.secret must have at least %d characters".formatted(MIN_SECRET));
        }
        Stored stored = stored().orElseGet(() -> {
            transactions.run(this::create);
            return stored().orElseThrow();
        });
        try {
            return new Authority(parse(stored.pem()), decrypt(HexFormat.of().parseHex(stored.keyHex())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the node authority's key cannot be read: is berth.secret another one?", e);
        }
    }

    private Optional<Stored> stored() {
        return database.one(
                "SELECT certificate_pem, key_encrypted FROM certificate_authority WHERE id = 1",
                row -> new Stored(row.text("certificate_pem"), HexFormat.of().formatHex(row.bytes("key_encrypted"))));
    }

    private void create() {
        Identity made = Authority.create(clock.instant());
        try {
            database.update(
                    "INSERT IGNORE INTO certificate_authority (id, certificate_pem, key_encrypted, created_at)"
                            + " VALUES (1, ?, ?, ?)",
                    Authority.pem(made.certificate()),
                    encrypt(made.key()),
                    clock.instant());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt the authority's key", e);
        }
    }

    static X509Certificate parse(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private byte[] encrypt(PrivateKey key) throws GeneralSecurityException {
        byte[] head = new byte[SALT_BYTES + NONCE_BYTES];
        RANDOM.nextBytes(head);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, head).doFinal(key.getEncoded());
        byte[] all = Arrays.copyOf(head, head.length + sealed.length);
        System.arraycopy(sealed, 0, all, head.length, sealed.length);
        return all;
    }

    private PrivateKey decrypt(byte[] stored) throws GeneralSecurityException {
        byte[] head = Arrays.copyOf(stored, SALT_BYTES + NONCE_BYTES);
        byte[] sealed = Arrays.copyOfRange(stored, head.length, stored.length);
        byte[] encoded = cipher(Cipher.DECRYPT_MODE, head).doFinal(sealed);
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private Cipher cipher(int mode, byte[] head) throws GeneralSecurityException {
        byte[] salt = Arrays.copyOf(head, SALT_BYTES);
        PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, 256);
        byte[] bits = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        SecretKey key = new SecretKeySpec(bits, "AES");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, head, SALT_BYTES, NONCE_BYTES));
        return cipher;
    }
}
