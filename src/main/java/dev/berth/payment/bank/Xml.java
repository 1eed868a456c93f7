package dev.berth.payment.bank;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Elements by their local names. Documents with a type declaration are refused: there are no entities to expand or fetch. */
final class Xml {
    private Xml() {}

    static Element root(byte[] bytes) {
        try {
            return builder().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
        } catch (SAXException | IOException e) {
            throw new NotCamt053("is no well-formed XML without a document type", e);
        }
    }

    private static DocumentBuilder builder() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            factory.setNamespaceAware(true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Silent());
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this JDK has no safe XML parser", e);
        }
    }

    /** Faults are thrown, not printed. */
    private static final class Silent implements ErrorHandler {
        @Override
        public void warning(SAXParseException fault) {
            // the document is read as it is
        }

        @Override
        public void error(SAXParseException fault) throws SAXParseException {
            throw fault;
        }

        @Override
        public void fatalError(SAXParseException fault) throws SAXParseException {
            throw fault;
        }
    }

    static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && name.equals(element.getLocalName())) {
                found.add(element);
            }
        }
        return found;
    }

    /** The first element at the end of a path such as {@code Acct/Id/IBAN}. */
    static Optional<Element> at(Element from, String path) {
        Optional<Element> here = Optional.of(from);
        for (String name : path.split("/", -1)) {
            here = here.flatMap(element -> children(element, name).stream().findFirst());
        }
        return here;
    }

    static Optional<String> text(Element from, String path) {
        return at(from, path).map(element -> element.getTextContent().strip()).filter(text -> !text.isEmpty());
    }

    /** The first of several places that has something. */
    static Optional<String> firstText(Element from, String... paths) {
        for (String path : paths) {
            Optional<String> found = text(from, path);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
