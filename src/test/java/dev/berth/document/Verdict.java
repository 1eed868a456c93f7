package dev.berth.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.mustangproject.validator.ZUGFeRDValidator;

/**
 * What an independent validator says: veraPDF for PDF/A, the schemas and the schematron rules of EN 16931, Factur-X and XRechnung for XML.
 *
 * @param complaints errors and warnings
 */
public record Verdict(boolean valid, List<String> complaints, String report) {
    private static final Pattern COMPLAINT =
            Pattern.compile("<(?:error|warning|exception|fatal)\\b[^>]*>.*?</", Pattern.DOTALL);

    public Verdict {
        complaints = List.copyOf(complaints);
    }

    public static Verdict of(byte[] file, String name) {
        ZUGFeRDValidator validator = new ZUGFeRDValidator();
        if (name.startsWith("yen")) {
            // beyond the rules of EN 16931 it computes tax to hundredths, which a yen has not
            validator.disableArithmeticCheck();
        }
        String report = validator.validate(file, name);
        List<String> complaints =
                COMPLAINT.matcher(report).results().map(MatchResult::group).toList();
        return new Verdict(validator.wasCompletelyValid(), complaints, report);
    }

    public void requireValid() {
        assertEquals(List.of(), complaints, report);
        assertEquals(true, valid, report);
    }
}
