package dev.berth.document.web;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The page of every document. */
final class DocumentPdf {
    private DocumentPdf() {}

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance document(Printed printed);
    }

    static String html(Printed printed) {
        return Templates.document(printed).render();
    }
}
