package dev.berth.fleet;

import dev.berth.platform.Hashes;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * The portal's own authority for nodes: EC P-256 (X.509, RFC 5280). Node certificates carry the node's id as common name
 * and as a URI.
 */
final class Authority {
    static final Duration NODE_CERTIFICATE_LIFE = Duration.ofDays(30);
    private static final Duration SERVER_CERTIFICATE_LIFE = Duration.ofDays(397);
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final String ALGORITHM = "SHA256withECDSA";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;

    Authority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** A certificate with the key that belongs to it. */
    record Identity(X509Certificate certificate, PrivateKey key) {
        /** The key in the form that every TLS library reads. */
        Object pkcs8() {
            return new PemObject("PRIVATE KEY", key.getEncoded());
        }

        @Override
        public String toString() {
            return "Identity[" + certificate.getSubjectX500Principal() + "]";
        }
    }

    /** A request whose signature does not prove possession of its key, or that is none at all. */
    static final class BadRequestException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRequestException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static Identity create(Instant now) {
        try {
            KeyPair pair = keyPair();
            X500Name name = name("Berth node authority " + Long.toHexString(RANDOM.nextLong()));
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    serial(),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(AUTHORITY_LIFE)),
                    name,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new Identity(sign(builder, pair.getPrivate()), pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make an authority", e);
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** SHA-256 of the certificate, which join tokens carry so that a node knows whom it enrols with. */
    String fingerprint() {
        try {
            return Hashes.hex(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encode the authority", e);
        }
    }

    /** A certificate for this replica's listener. */
    Identity server(List<String> names, Instant now) {
        try {
            KeyPair pair = keyPair();
            X509v3CertificateBuilder builder = builder("Berth portal", pair.getPublic(), now, SERVER_CERTIFICATE_LIFE);
            GeneralName[] alternatives = names.stream()
                    .map(name -> new GeneralName(
                            name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, name))
                    .toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            return new Identity(sign(builder, key), pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a server certificate", e);
        }
    }

    /** Signs a node's request: of it, only the key counts. */
    X509Certificate node(String nodeId, String csrPem, Instant now) throws BadRequestException {
        PublicKey nodeKey = keyOf(csrPem);
        try {
            X509v3CertificateBuilder builder = builder(nodeId, nodeKey, now, NODE_CERTIFICATE_LIFE);
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "urn:uuid:" + nodeId)));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
            return sign(builder, key);
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new BadRequestException("the request's key cannot be certified", e);
        }
    }

    /** The key of a request that is signed by it. */
    static PublicKey keyOf(String csrPem) throws BadRequestException {
        try (PEMParser parser = new PEMParser(new StringReader(csrPem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                throw new BadRequestException("this is no PKCS#10 request", new IOException("another PEM object"));
            }
            PublicKey nodeKey = new JcaPKCS10CertificationRequest(parsed).getPublicKey();
            if (!"EC".equals(nodeKey.getAlgorithm())
                    || !parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(nodeKey))) {
                throw new BadRequestException("the request is not signed by its EC key", new IOException("signature"));
            }
            return nodeKey;
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new BadRequestException("this is no PKCS#10 request", e);
        }
    }

    private X509v3CertificateBuilder builder(String commonName, PublicKey subjectKey, Instant now, Duration life)
            throws CertIOException {
        Instant end = now.plus(life);
        Instant last = certificate.getNotAfter().toInstant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                certificate,
                serial(),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(end.isBefore(last) ? end : last),
                new javax.security.auth.x500.X500Principal("CN=" + commonName),
                subjectKey);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        return builder;
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey signer)
            throws GeneralSecurityException, OperatorCreationException {
        X509CertificateHolder holder = builder.build(new JcaContentSignerBuilder(ALGORITHM).build(signer));
        return new JcaX509CertificateConverter().getCertificate(holder);
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).setBit(120);
    }

    /** PEM of a certificate or key. */
    static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new IllegalStateException("cannot write PEM", e);
        }
        return text.toString();
    }
}
