package dev.berth.tools;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;

/** A PKCS#10 request (RFC 2986) of an elliptic-curve key, in PEM form. */
final class CertificateRequest {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int UTF8 = 0x0c;
    private static final int BIT_STRING = 0x03;
    private static final int ATTRIBUTES = 0xa0;
    private static final byte[] VERSION = {0x02, 0x01, 0x00};
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
    private static final byte[] ECDSA_SHA256 = {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
    };

    private CertificateRequest() {}

    static String pem(String commonName, KeyPair keys) throws GeneralSecurityException {
        byte[] name = der(
                SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, commonName.getBytes(StandardCharsets.UTF_8)))));
        byte[] info = der(SEQUENCE, VERSION, name, keys.getPublic().getEncoded(), der(ATTRIBUTES));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(info);
        byte[] request =
                der(SEQUENCE, info, der(SEQUENCE, ECDSA_SHA256), der(BIT_STRING, new byte[] {0}, signature.sign()));
        return "-----BEGIN CERTIFICATE REQUEST-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(request)
                + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
