package dev.berth.mail;

import dev.berth.mail.EnclosureMaker.File;
import java.util.List;

/** Hands mails to a mail server. */
interface Courier {
    /** Whether there is a server to hand them to. */
    boolean ready();

    Delivery deliver(OutboxMail mail, List<File> files);
}
