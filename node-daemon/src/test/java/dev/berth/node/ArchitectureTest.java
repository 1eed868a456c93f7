package dev.berth.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Who may use whom. */
@AnalyzeClasses(packages = "dev.berth.node", importOptions = ArchitectureTest.OnlyMain.class)
class ArchitectureTest {
    private static final Path MAIN = Path.of("src", "main", "java");

    /** Main classes, wherever a build tool puts them. */
    static final class OnlyMain implements ImportOption {
        private final ImportOption notTests = new ImportOption.DoNotIncludeTests();

        @Override
        public boolean includes(Location location) {
            return notTests.includes(location) && !location.contains("/tcls/");
        }
    }

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.berth.node.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule planAndCpuArePure = classes()
            .that()
            .resideInAnyPackage("dev.berth.node.plan..", "dev.berth.node.cpu..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.math..",
                    "org.jspecify..",
                    "dev.berth.contract..",
                    "dev.berth.node.host..",
                    "dev.berth.node.plan..",
                    "dev.berth.node.cpu..");

    @ArchTest
    static final ArchRule hostIsAPort = classes()
            .that()
            .resideInAPackage("dev.berth.node.host..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.berth.contract..", "dev.berth.node.host..");

    @ArchTest
    static final ArchRule onlyTheKernelPackageStartsProcesses = noClasses()
            .that()
            .resideOutsideOfPackage("dev.berth.node.kernel..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ProcessBuilder.class, Process.class, Runtime.class);

    @ArchTest
    static final ArchRule onlyTheChooserKnowsTheKernelPackage = noClasses()
            .that()
            .resideOutsideOfPackages("dev.berth.node.kernel..", "dev.berth.node.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.berth.node.kernel..");

    @ArchTest
    static final ArchRule onlyTheClockAsksTheTime = classes()
            .that()
            .resideOutsideOfPackages("dev.berth.node.time..")
            .should(notAsk(
                    // Waiting with a deadline inside the kernel package counts a duration, it does not ask what time it
                    // is.
                    "java.lang.System.currentTimeMillis",
                    "java.time.Instant.now",
                    "java.time.LocalDate.now",
                    "java.time.LocalDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.time.OffsetDateTime.now",
                    "java.time.Clock.systemUTC",
                    "java.time.Clock.systemDefaultZone"));

    @ArchTest
    static final ArchRule onlyTheClockAndTheKernelMeasureTime = classes()
            .that()
            .resideOutsideOfPackages("dev.berth.node.time..", "dev.berth.node.kernel..")
            .should(notAsk("java.lang.System.nanoTime"));

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass each : classes) {
            if (!each.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(each.getPackageName());
            }
        }
        assertEquals(Set.of(), unmarked);
    }

    /** Paths are texts, which no class file analysis sees: so the source is read. */
    @ArchTest
    static void onlyTheKernelPackageNamesSysAndProc(JavaClasses classes) throws IOException {
        assertEquals(List.of(), sourcesWith(Pattern.compile("\"/(sys|proc)/"), "kernel"));
    }

    @ArchTest
    static void nothingIsLeftToDoOrSwitchedOff(JavaClasses classes) throws IOException {
        assertEquals(List.of(), sourcesWith(Pattern.compile("TO" + "DO|FIX" + "ME|printStackTrace"), "-"));
    }

    private static List<String> sourcesWith(Pattern pattern, String exceptPackage) throws IOException {
        try (Stream<Path> files = Files.walk(MAIN)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/" + exceptPackage + "/"))
                    .filter(file -> matches(file, pattern))
                    .map(Path::toString)
                    .toList();
        }
    }

    private static boolean matches(Path file, Pattern pattern) {
        try {
            return pattern.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ArchCondition<JavaClass> notAsk(String... methods) {
        Set<String> forbidden = Set.of(methods);
        return new ArchCondition<>("not ask the time by " + forbidden) {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                for (JavaAccess<?> access : item.getAccessesFromSelf()) {
                    String target = access.getTargetOwner().getName() + "." + access.getName();
                    if (forbidden.contains(target)) {
                        events.add(SimpleConditionEvent.violated(item, access.getDescription()));
                    }
                }
            }
        };
    }
}
