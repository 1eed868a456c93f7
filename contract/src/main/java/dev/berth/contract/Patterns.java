package dev.berth.contract;

import java.util.regex.Pattern;

/** The shapes of strings on the wire. Each is anchored and bounded, so that no value can smuggle a line or a path. */
public final class Patterns {
    /** RFC 9562 text form, lower case. */
    public static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** RFC 1123 host name of at most 63 characters, Linux's limit for {@code sethostname} being 64. */
    public static final Pattern HOSTNAME =
            Pattern.compile("(?=.{1,63}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    /** Digest of an image archive. */
    public static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /** IPv4 dotted quad or IPv6 in RFC 5952 form, without a prefix length. */
    public static final Pattern ADDRESS = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|(?=.*:)[0-9a-f:]{2,39}");

    /** One line of {@code authorized_keys} without options. */
    public static final Pattern SSH_KEY = Pattern.compile(
            "(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\\.com|sk-ecdsa-sha2-nistp256@openssh\\.com) "
                    + "[A-Za-z0-9+/]{32,2048}={0,3}( [^\\p{Cntrl}]{0,256})?");

    /** Name of a node: RFC 1123 label. */
    public static final Pattern NODE_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** A stable word of the protocol. */
    public static final Pattern CODE = Pattern.compile("[a-z]([a-z0-9-]{0,38}[a-z0-9])?");

    /** SHA-256 in lower-case hexadecimal. */
    public static final Pattern SHA256_HEX = Pattern.compile("[0-9a-f]{64}");

    /** A machine's architecture as Debian names it. */
    public static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?");

    /** Short name of a public key: the beginning of its SHA-256. */
    public static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{16}");

    /** Base64 of an Ed25519 signature's 64 bytes. */
    public static final Pattern ED25519 = Pattern.compile("[A-Za-z0-9+/]{86}==");

    /** {@code crypt(5)}: yescrypt or SHA-512. */
    public static final Pattern PASSWORD_HASH = Pattern.compile(
            "\\$(y\\$[./0-9A-Za-z]{1,16}|6(\\$rounds=[0-9]{4,9})?)\\$[./0-9A-Za-z]{1,86}\\$[./0-9A-Za-z]{43,86}");

    private Patterns() {}
}
