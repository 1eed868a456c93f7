package dev.berth.payment;

import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.net.URI;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/** A gateway that breaks whatever it is asked, where it should have answered that it does not know. */
final class BrokenGateway implements Gateway {
    private static IllegalStateException broken() {
        return new IllegalStateException("broken");
    }

    @Override
    public Payment.Method method() {
        return Payment.Method.STRIPE;
    }

    @Override
    public boolean on() {
        return true;
    }

    @Override
    public Outcome charge(Charge charge) {
        throw broken();
    }

    @Override
    public boolean knowsUs() {
        throw broken();
    }

    @Override
    public Money least(Currency currency) {
        throw broken();
    }

    @Override
    public Outcome saveCard(AccountId account, UUID request, URI back) {
        throw broken();
    }

    @Override
    public Outcome detach(Card card) {
        throw broken();
    }

    @Override
    public Outcome lookUpCard(Card card) {
        throw broken();
    }

    @Override
    public Outcome lookUp(Payment payment, Optional<String> sessionId) {
        throw broken();
    }

    @Override
    public Outcome refund(UUID refund, Payment payment, Money amount) {
        throw broken();
    }

    @Override
    public Outcome lookUpRefund(UUID refund, Payment payment) {
        throw broken();
    }
}
