package dev.berth.mail;

import dev.berth.mail.EnclosureMaker.File;
import dev.berth.mail.MailSettings.Security;
import jakarta.activation.DataHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.mail.Address;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.eclipse.angus.mail.util.MailConnectException;
import org.jspecify.annotations.Nullable;

/**
 * SMTP (RFC 5321) to the operator's server. A permanent refusal (5xx) of a mail is final, everything else is tried again. A mail keeps
 * its Message-ID over all attempts of a round, by which mail programs drop a second copy.
 */
@ApplicationScoped
class SmtpCourier implements Courier {
    private static final String UTF_8 = StandardCharsets.UTF_8.name();
    private static final int PERMANENT = 500;

    private final MailSettings settings;
    private final InstantSource clock;

    SmtpCourier(MailSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public boolean ready() {
        return settings.host().isPresent();
    }

    @Override
    public Delivery deliver(OutboxMail mail, List<File> files) {
        Session session = Session.getInstance(properties());
        MimeMessage message;
        try {
            message = message(session, mail, files);
        } catch (AddressException e) {
            return new Delivery.Never("an address is not one: " + e.getMessage());
        } catch (MessagingException | UnsupportedEncodingException e) {
            throw new IllegalStateException("mail " + mail.id() + " cannot be written", e);
        }
        return send(session, message);
    }

    private Delivery send(Session session, MimeMessage message) {
        try (SMTPTransport transport = (SMTPTransport) session.getTransport()) {
            connect(transport);
            transport.sendMessage(message, message.getAllRecipients());
            return new Delivery.Sent(text(transport.getLastServerResponse(), "accepted"));
        } catch (MailConnectException e) {
            return new Delivery.Unreachable("no connection to the mail server: " + e.getMessage());
        } catch (SendFailedException e) {
            return code(e) >= PERMANENT
                    ? new Delivery.Never(text(deepest(e).getMessage(), "refused"))
                    : new Delivery.Later(text(deepest(e).getMessage(), "not taken"));
        } catch (MessagingException e) {
            return new Delivery.Unreachable(text(e.getMessage(), "the mail server does not answer"));
        }
    }

    private void connect(SMTPTransport transport) throws MessagingException {
        @Nullable String user = settings.user().orElse(null);
        @Nullable String password = settings.password().orElse(null);
        if (user != null && settings.security() == Security.NONE) {
            throw new MessagingException("a password is not sent over a connection without protection");
        }
        transport.connect(settings.host().orElseThrow(), settings.port(), user, password);
    }

    private static int code(SendFailedException failure) {
        return switch (deepest(failure)) {
            case SMTPAddressFailedException e -> e.getReturnCode();
            case SMTPSendFailedException e -> e.getReturnCode();
            default -> 0;
        };
    }

    /** The answer to one recipient hangs below that to the whole mail. */
    private static Exception deepest(SendFailedException failure) {
        Exception found = failure;
        for (int i = 0; i < 5 && found instanceof MessagingException outer; i++) {
            @Nullable Exception next = outer.getNextException();
            if (next == null) {
                break;
            }
            found = next;
        }
        return found;
    }

    private static String text(@Nullable String given, String otherwise) {
        return given == null || given.isBlank() ? otherwise : given;
    }

    private MimeMessage message(Session session, OutboxMail stored, List<File> files)
            throws MessagingException, UnsupportedEncodingException {
        Mail mail = stored.mail();
        String id = "<%s.%d@%s>".formatted(stored.id(), stored.round(), domain(settings.from()));
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }
        };
        String sender = mail.address().senderName().orElse(settings.senderName());
        message.setFrom(new InternetAddress(settings.from(), sender, UTF_8));
        Optional<String> replyTo = mail.address().replyTo();
        if (replyTo.isPresent()) {
            message.setReplyTo(new Address[] {new InternetAddress(replyTo.get(), true)});
        }
        message.setRecipient(
                RecipientType.TO, new InternetAddress(mail.address().recipient(), true));
        message.setSubject(mail.subject(), UTF_8);
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("Content-Language", mail.language().getLanguage());
        message.setContent(content(mail, files));
        message.saveChanges();
        return message;
    }

    private static String domain(String address) {
        return address.substring(address.indexOf('@') + 1);
    }

    private static MimeMultipart content(Mail mail, List<File> files) throws MessagingException {
        MimeMultipart parts = new MimeMultipart();
        MimeBodyPart text = new MimeBodyPart();
        text.setText(mail.text(), UTF_8);
        parts.addBodyPart(text);
        for (File file : files) {
            MimeBodyPart part = new MimeBodyPart();
            part.setDataHandler(new DataHandler(new ByteArrayDataSource(file.bytes(), file.contentType())));
            part.setFileName(file.name());
            part.setDisposition(Part.ATTACHMENT);
            parts.addBodyPart(part);
        }
        return parts;
    }

    private Properties properties() {
        String millis = Long.toString(settings.patience().toMillis());
        Properties properties = new Properties();
        properties.setProperty("mail.transport.protocol", "smtp");
        properties.setProperty("mail.smtp.connectiontimeout", millis);
        properties.setProperty("mail.smtp.timeout", millis);
        properties.setProperty("mail.smtp.writetimeout", millis);
        properties.setProperty(
                "mail.smtp.auth", Boolean.toString(settings.user().isPresent()));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        boolean startTls = settings.security() == Security.STARTTLS;
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(settings.security() == Security.TLS));
        return properties;
    }
}
