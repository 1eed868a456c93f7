package dev.berth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Limits of size: a ratchet, not an aim. Half of all methods should have five lines. */
class TidyTest {
    private static final int MAX_METHOD_LINES = 60;
    private static final int MAX_FILE_LINES = 500;
    private static final int MAX_PARAMETERS = 5;
    private static final List<Path> ROOTS =
            List.of(Path.of("src/main/java"), Path.of("src/test/java"), Path.of("contract/src/main/java"));

    /** A method as it is written; {@code free} are constructors, which take what their bean needs. */
    private record Method(String where, long lines, int parameters, boolean free) {}

    @Test
    void filesAreShort() {
        List<String> long_ = sources().stream()
                .filter(file -> lines(file) > MAX_FILE_LINES)
                .map(file -> "%s has %d lines".formatted(file, lines(file)))
                .toList();

        assertEquals(List.of(), long_);
    }

    @Test
    void methodsAreShortAndTakeFewThings() throws IOException {
        List<String> wanting = new ArrayList<>();
        for (Method method : methods()) {
            if (method.lines() > MAX_METHOD_LINES) {
                wanting.add("%s has %d lines".formatted(method.where(), method.lines()));
            }
            if (!method.free() && method.parameters() > MAX_PARAMETERS) {
                wanting.add("%s has %d parameters".formatted(method.where(), method.parameters()));
            }
        }

        assertEquals(List.of(), wanting);
    }

    @Test
    void nothingIsLeftForLater() {
        List<String> marks = List.of("TO" + "DO", "FIX" + "ME", "@Dis" + "abled", "assume" + "True");
        List<String> found = sources().stream()
                .flatMap(file ->
                        marks.stream().filter(mark -> text(file).contains(mark)).map(mark -> file + " has " + mark))
                .toList();

        assertEquals(List.of(), found);
    }

    private static List<Path> sources() {
        return ROOTS.stream().flatMap(TidyTest::javaFiles).sorted().toList();
    }

    private static Stream<Path> javaFiles(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        return text(file).lines().count();
    }

    private static List<Method> methods() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Method> methods = new ArrayList<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    problem -> {},
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjectsFromPaths(sources()));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Collector(unit, positions, methods).scan(unit, Optional.empty());
            }
        }
        return methods;
    }

    private static final class Collector extends TreeScanner<Optional<String>, Optional<String>> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Method> methods;

        Collector(CompilationUnitTree unit, SourcePositions positions, List<Method> methods) {
            this.unit = unit;
            this.positions = positions;
            this.methods = methods;
        }

        @Override
        public Optional<String> visitClass(ClassTree type, Optional<String> outer) {
            super.visitClass(type, Optional.of(type.getSimpleName().toString()));
            return outer;
        }

        @Override
        public Optional<String> visitMethod(MethodTree method, Optional<String> type) {
            LineMap map = unit.getLineMap();
            long first = map.getLineNumber(positions.getStartPosition(unit, method));
            long last = map.getLineNumber(positions.getEndPosition(unit, method));
            String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
            methods.add(new Method(
                    "%s:%d %s.%s".formatted(file, first, type.orElse("?"), method.getName()),
                    last - first + 1,
                    method.getParameters().size(),
                    method.getName().contentEquals("<init>")));
            super.visitMethod(method, type);
            return type;
        }
    }
}
