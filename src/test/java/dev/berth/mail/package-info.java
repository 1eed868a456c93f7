/** Tests of the outbox, against a real mail server on a loopback port. */
@NullMarked
package dev.berth.mail;

import org.jspecify.annotations.NullMarked;
