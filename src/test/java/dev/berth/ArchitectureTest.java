package dev.berth;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.berth.units.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shape of the portal, held. */
class ArchitectureTest {
    private static final JavaClasses PORTAL = new ClassFileImporter()
            .importUrl(Money.class.getProtectionDomain().getCodeSource().getLocation());
    private static final String[] JDK = {"java..", "org.jspecify.annotations.."};

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.berth.(**)").should().beFreeOfCycles().check(PORTAL);
    }

    @Test
    void featuresHaveNoCycles() {
        slices().matching("dev.berth.(*)..").should().beFreeOfCycles().check(PORTAL);
    }

    @Test
    void unitsUseOnlyTheJdk() {
        pure("dev.berth.units");
    }

    @Test
    void meteringUsesOnlyUnits() {
        pure("dev.berth.metering", "dev.berth.units");
    }

    @Test
    void ratingUsesOnlyMeteringAndUnits() {
        pure("dev.berth.rating", "dev.berth.metering", "dev.berth.units");
    }

    @Test
    void evidenceUsesOnlyWhatBillsAreComputedWith() {
        pure("dev.berth.evidence", "dev.berth.contract", "dev.berth.metering", "dev.berth.rating", "dev.berth.units");
    }

    @Test
    void ledgerUsesOnlyUnits() {
        pure("dev.berth.ledger", "dev.berth.units");
    }

    @Test
    void theLadderUsesOnlyUnits() {
        pure("dev.berth.dunning.ladder", "dev.berth.units");
    }

    @Test
    void bankStatementsUseOnlyUnitsAndXml() {
        pure("dev.berth.payment.bank", "dev.berth.units", "javax.xml..", "org.w3c.dom..", "org.xml.sax..");
    }

    @Test
    void taxUsesOnlyUnits() {
        pure("dev.berth.tax", "dev.berth.units");
    }

    @Test
    void documentsUseOnlyUnits() {
        pure("dev.berth.document", "dev.berth.units");
    }

    @Test
    void ledgerExportUsesOnlyTheLedger() {
        pure("dev.berth.ledger.export", "dev.berth.ledger", "dev.berth.units");
    }

    private static void pure(String own, String... drawn) {
        String[] allowed = Stream.of(Stream.of(own), Stream.of(drawn), Stream.of(JDK))
                .flatMap(s -> s)
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(PORTAL);
    }

    @Test
    void moneyAndMeasuresHaveNoFloatingPoint() {
        classes()
                .that(resideInAnyPackage(
                        "dev.berth.units..",
                        "dev.berth.metering..",
                        "dev.berth.rating..",
                        "dev.berth.evidence..",
                        "dev.berth.ledger..",
                        "dev.berth.dunning..",
                        "dev.berth.tax.."))
                .should(haveNoFloatingPoint())
                .check(PORTAL);
    }

    @Test
    void onlyThePlatformAsksTheTime() {
        noClasses()
                .that(not(resideInAPackage("dev.berth.platform..")))
                .should()
                .callMethod("java.time.Instant", "now")
                .orShould()
                .callMethod("java.time.LocalDate", "now")
                .orShould()
                .callMethod("java.time.LocalDateTime", "now")
                .orShould()
                .callMethod("java.time.OffsetDateTime", "now")
                .orShould()
                .callMethod("java.time.ZonedDateTime", "now")
                .orShould()
                .callMethod("java.time.InstantSource", "system")
                .orShould()
                .callMethod("java.time.Clock", "systemUTC")
                .orShould()
                .callMethod("java.time.Clock", "systemDefaultZone")
                .orShould()
                .callMethod("java.lang.System", "currentTimeMillis")
                .orShould()
                .callConstructor("java.util.Date")
                .check(PORTAL);
    }

    @Test
    void thePlatformUsesNoFeature() {
        noClasses()
                .that()
                .resideInAPackage("dev.berth.platform..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.berth..")
                        .and(not(resideInAnyPackage("dev.berth.platform..", "dev.berth.contract..", "dev.berth"))))
                .check(PORTAL);
    }

    @Test
    void theContractKnowsNobody() {
        pure("dev.berth.contract");
    }

    @Test
    void thePortalStartsNoProcesses() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .orShould()
                .callMethod("java.lang.Runtime", "exec")
                .check(PORTAL);
    }

    @Test
    void everyPackageSaysWhatItIsAndThatNullIsMarked() {
        List<Path> roots = List.of(Path.of("src/main/java"), Path.of("contract/src/main/java"));
        List<String> wanting = roots.stream()
                .flatMap(ArchitectureTest::directoriesWithCode)
                .filter(ArchitectureTest::lacksMark)
                .map(Path::toString)
                .toList();

        assertEquals(List.of(), wanting);
    }

    private static Stream<Path> directoriesWithCode(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files
                    .filter(f -> f.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .collect(Collectors.toCollection(TreeSet::new))
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean lacksMark(Path directory) {
        try {
            Path info = directory.resolve("package-info.java");
            return !Files.exists(info)
                    || !Files.readString(info).contains("@NullMarked")
                    || !Files.readString(info).contains("/**");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArchCondition<JavaClass> haveNoFloatingPoint() {
        Set<String> floating = Set.of("double", "float", "java.lang.Double", "java.lang.Float");
        return new ArchCondition<>("have no floating point") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream<JavaType> fields = type.getFields().stream().map(f -> f.getType());
                Stream<JavaType> codeUnits = type.getCodeUnits().stream()
                        .flatMap(c -> Stream.concat(Stream.of(c.getReturnType()), c.getParameterTypes().stream()));
                Stream<String> called = type.getMethodCallsFromSelf().stream()
                        .map(call -> call.getTarget().getRawReturnType().getName());
                Stream.concat(
                                Stream.concat(fields, codeUnits)
                                        .map(t -> t.toErasure().getName()),
                                called)
                        .filter(floating::contains)
                        .forEach(name ->
                                events.add(SimpleConditionEvent.violated(type, type.getName() + " uses " + name)));
            }
        };
    }
}
