package dev.berth.pages;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnDesk.NewAddOn;
import dev.berth.catalog.AddOnDesk.NewAddOnPrice;
import dev.berth.platform.Problem;
import java.util.HashMap;
import java.util.Map;

/** An add-on as fields of a form. Fields are named as what may be wrong with them. */
final class AddOnForm {
    private static final String QUANTITY = "quantity";

    private AddOnForm() {}

    /** What can be changed of one. */
    static Map<String, String> typed(AddOn addOn) {
        return Map.of(
                "name",
                addOn.name(),
                "summary",
                addOn.summary(),
                "monthlyPrice",
                addOn.monthlyPrice().amount().toPlainString(),
                "setupPrice",
                addOn.setupPrice().amount().toPlainString());
    }

    static NewAddOnPrice price(Form form) {
        return new NewAddOnPrice(Typed.decimal(form.text("monthlyPrice")), Typed.decimal(form.text("setupPrice")));
    }

    /** One that is for sale at once. */
    static NewAddOn addOn(Form form) {
        return new NewAddOn(
                form.text("slug"),
                form.text("name"),
                form.text("summary"),
                form.text("kind"),
                Typed.text(form.text("meter")),
                measure(form).decimal(form.text(QUANTITY)),
                Typed.integer(form.text("most")),
                Typed.integer(form.text("position")),
                true,
                Typed.decimal(form.text("monthlyPrice")),
                Typed.decimal(form.text("setupPrice")));
    }

    /** An allowance is in the units of its meter, CPU credit in vCPU time, and all else is counted. */
    private static Measure measure(Form form) {
        boolean credit = form.text("kind").equals(AddOn.Kind.CPU_CREDIT.name());
        return credit ? Measure.TIME : Measure.of(form.text("meter"));
    }

    /** Every fault beside its field; of a quantity that cannot be read it is said how it is written. */
    static Filled refused(Form form, Problem problem) {
        Filled refused = Filled.refused(form, problem);
        if (!refused.wrong(QUANTITY) || !measure(form).unreadable(form.text(QUANTITY))) {
            return refused;
        }
        Map<String, String> faults = new HashMap<>(refused.faults());
        faults.put(QUANTITY, measure(form).fault());
        return new Filled(refused.typed(), faults, refused.general());
    }
}
