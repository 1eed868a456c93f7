package dev.berth.tax;

import java.math.BigInteger;

/** Check digits of the countries where the published method is short; every number of another country passes. */
final class VatCheckDigits {
    private static final BigInteger NINETY_SEVEN = BigInteger.valueOf(97);
    private static final int[] DK = {2, 7, 6, 5, 4, 3, 2, 1};
    private static final int[] FI = {7, 9, 10, 5, 8, 4, 2};
    private static final int[] PL = {6, 5, 7, 2, 3, 4, 5, 6, 7};
    private static final int[] PT = {9, 8, 7, 6, 5, 4, 3, 2};
    private static final int[] NL = {9, 8, 7, 6, 5, 4, 3, 2};
    private static final int[] EL = {256, 128, 64, 32, 16, 8, 4, 2};
    /** A Spanish person's check letter, by the number's rest of 23. */
    private static final String ES_PERSON = "TRWAGMYFPDXBNJZSQVHLCKE";
    /** A Spanish company's check letter, by the check digit. */
    private static final String ES_COMPANY = "JABCDEFGHI";

    private VatCheckDigits() {}

    static boolean right(String prefix, String number) {
        return switch (prefix) {
            case "AT" -> digit(number, 8) == (10 - (luhnSum(number.substring(1, 8)) + 4) % 10) % 10;
            case "BE" -> 97 - Long.parseLong(number.substring(0, 8)) % 97 == Integer.parseInt(number.substring(8));
            case "DE", "HR" -> isMod1110(number);
            case "DK" -> weighted(number, DK) % 11 == 0;
            case "EL" -> weighted(number, EL) % 11 % 10 == digit(number, 8);
            case "ES" -> isSpanish(number);
            case "FI" -> (11 - weighted(number, FI) % 11) % 11 == digit(number, 7);
            case "FR" -> isFrench(number);
            case "IT" -> luhn(number);
            case "LU" -> Long.parseLong(number.substring(0, 6)) % 89 == Integer.parseInt(number.substring(6));
            case "NL" -> isDutch(number);
            case "PL" -> weighted(number, PL) % 11 == digit(number, 9);
            case "PT" -> (11 - weighted(number, PT) % 11) % 11 % 10 == digit(number, 8);
            case "SE" -> luhn(number.substring(0, 10));
            default -> true;
        };
    }

    private static int digit(String number, int at) {
        return number.charAt(at) - '0';
    }

    private static int weighted(String number, int[] weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += digit(number, i) * weights[i];
        }
        return sum;
    }

    /** ISO 7064, MOD 11,10. */
    private static boolean isMod1110(String number) {
        int product = 10;
        for (int i = 0; i < number.length() - 1; i++) {
            int sum = (digit(number, i) + product) % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }
        return (11 - product) % 10 == digit(number, number.length() - 1);
    }

    /** Digits at odd places and cross sums of the doubled others, from the left. */
    private static int luhnSum(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int doubled = digit(digits, i) * 2;
            sum += i % 2 == 0 ? digit(digits, i) : doubled / 10 + doubled % 10;
        }
        return sum;
    }

    private static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int value = digit(digits, digits.length() - 1 - i) * (i % 2 + 1);
            sum += value / 10 + value % 10;
        }
        return sum % 10 == 0;
    }

    /** Numeric keys are checked; those with letters follow other rules. */
    private static boolean isFrench(String number) {
        String key = number.substring(0, 2);
        if (!key.chars().allMatch(Character::isDigit)) {
            return true;
        }
        long siren = Long.parseLong(number.substring(2));
        return (12 + 3 * (siren % 97)) % 97 == Integer.parseInt(key);
    }

    /** Companies by MOD 11; since 2020 persons by MOD 97 over the whole id, letters as numbers from 10 on. */
    private static boolean isDutch(String number) {
        boolean company = number.matches("\\d{9}B\\d{2}") && weighted(number, NL) % 11 == digit(number, 8);
        return company || isMod97("NL" + number);
    }

    private static boolean isMod97(String text) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits.append(c == '+' ? 36 : c == '*' ? 37 : Character.digit(c, 36));
        }
        return new BigInteger(digits.toString()).mod(NINETY_SEVEN).intValue() == 1;
    }

    private static boolean isSpanish(String number) {
        char first = number.charAt(0);
        char last = number.charAt(8);
        String middle = number.substring(1, 8);
        if (Character.isDigit(first)) {
            return isPerson(first + middle, last);
        }
        return switch (first) {
            case 'X' -> isPerson("0" + middle, last);
            case 'Y' -> isPerson("1" + middle, last);
            case 'Z' -> isPerson("2" + middle, last);
            case 'K', 'L', 'M' -> isPerson("0" + middle, last);
            default -> isCompany(middle, last);
        };
    }

    private static boolean isPerson(String digits, char letter) {
        return ES_PERSON.charAt(Integer.parseInt(digits) % 23) == letter;
    }

    private static boolean isCompany(String middle, char last) {
        int sum = 0;
        for (int i = 0; i < middle.length(); i++) {
            int doubled = digit(middle, i) * 2;
            sum += i % 2 == 0 ? doubled / 10 + doubled % 10 : digit(middle, i);
        }
        int check = (10 - sum % 10) % 10;
        return last == '0' + check || last == ES_COMPANY.charAt(check);
    }
}
