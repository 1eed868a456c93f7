package dev.berth.dunning.ladder;

import java.util.Optional;

/**
 * The circuit breaker: how many accounts may come to a step that hurts before staff are asked. Few accounts say nothing about a share of them,
 * hence the small number.
 *
 * @param maxAccounts in a day
 * @param maxPercent of the accounts that have something to lose, in a day
 * @param smallNumber up to so many accounts the share does not count
 */
public record Breaker(int maxAccounts, int maxPercent, int smallNumber) {
    public Breaker {
        if (maxAccounts < 0 || maxPercent < 0 || maxPercent > 100 || smallNumber < 0) {
            throw new IllegalArgumentException(
                    "a breaker of %d accounts, %d %%, small number %d".formatted(maxAccounts, maxPercent, smallNumber));
        }
    }

    /**
     * @param taking accounts that would come to such a step now
     * @param recent accounts that came to one within a day by the rule alone
     * @param active accounts that have something to lose
     * @return why staff must look first; empty where they need not
     */
    public Optional<String> trips(long taking, long recent, long active) {
        long all = taking + recent;
        if (taking == 0) {
            return Optional.empty();
        }
        if (all > maxAccounts) {
            return Optional.of("%d accounts within a day, more than %d".formatted(all, maxAccounts));
        }
        return all > smallNumber && all * 100 > (long) maxPercent * active
                ? Optional.of("%d of %d accounts within a day, more than %d %%".formatted(all, active, maxPercent))
                : Optional.empty();
    }
}
