package dev.berth.mail;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is to be sent. It is written once and never changes.
 *
 * @param key what it tells about what, such as {@code invoice/<id>} or {@code reminder/<invoice>/<step>}; one mail of a key is sent
 * @param kind for lists, a word such as {@code invoice}
 * @param account whom it concerns
 * @param text plain, paragraphs separated by empty lines
 */
public record Mail(
        String key,
        String kind,
        Optional<UUID> account,
        Address address,
        Locale language,
        String subject,
        String text,
        List<Enclosure> enclosures) {
    public static final Set<String> LANGUAGES = Set.of("en", "de", "fr", "es");
    private static final int MAX_ENCLOSURES = 5;

    public Mail {
        enclosures = List.copyOf(enclosures);
        require(!key.isBlank() && key.length() <= 120, "key", key);
        require(!kind.isBlank() && kind.length() <= 40, "kind", kind);
        require(LANGUAGES.contains(language.getLanguage()), "language", language.toLanguageTag());
        require(oneLine(subject, 200), "subject", subject);
        require(!text.isBlank() && text.length() <= 16_000, "text", text.length() + " characters");
        require(enclosures.size() <= MAX_ENCLOSURES, "enclosures", enclosures.size() + " files");
    }

    /**
     * To whom, and in whose name.
     *
     * @param senderName the seller's, where it is not ours
     * @param replyTo where answers go, where it is not to us
     */
    public record Address(String recipient, Optional<String> senderName, Optional<String> replyTo) {
        public Address {
            require(oneLine(recipient, 254) && recipient.indexOf('@') > 0, "recipient", recipient);
            senderName.ifPresent(name -> require(oneLine(name, 120), "sender's name", name));
            replyTo.ifPresent(to -> require(oneLine(to, 254) && to.indexOf('@') > 0, "reply address", to));
        }

        public static Address to(String recipient) {
            return new Address(recipient, Optional.empty(), Optional.empty());
        }
    }

    /**
     * A file that is made when the mail is sent.
     *
     * @param maker name of the {@link EnclosureMaker}
     * @param subject what it makes the file of, an id
     */
    public record Enclosure(String maker, String subject) {
        public Enclosure {
            require(oneLine(maker, 40), "maker", maker);
            require(oneLine(subject, 80), "subject of an enclosure", subject);
        }
    }

    private static boolean oneLine(String text, int maxLength) {
        return !text.isBlank() && text.length() <= maxLength && text.chars().noneMatch(Character::isISOControl);
    }

    private static void require(boolean holds, String what, String value) {
        if (!holds) {
            throw new IllegalArgumentException("a mail's %s cannot be '%s'".formatted(what, value));
        }
    }
}
