package dev.berth.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Holds the sizes that keep code readable. A ratchet: lower the limits when they allow it, never raise them. */
class TidyTest {
    private static final int MAX_METHOD_LINES = 60;
    private static final int MAX_FILE_LINES = 500;
    private static final int MAX_PARAMETERS = 5;

    @Test
    void filesMethodsAndParameterListsAreShort() throws IOException {
        List<String> faults = new ArrayList<>();
        List<Path> files = sources();
        for (Path file : files) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > MAX_FILE_LINES) {
                    faults.add("%s has %d lines".formatted(file, count));
                }
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Sizes(unit, positions, faults).scan(unit, null);
            }
        }
        assertEquals(List.of(), faults);
    }

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : List.of(Path.of("src", "main", "java"), Path.of("src", "test", "java"))) {
            try (Stream<Path> all = Files.walk(root)) {
                all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        return files;
    }

    /** Measures every method of a file. Constructors of records and of parts wired by hand take what they need. */
    private static final class Sizes extends TreePathScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> faults;

        Sizes(CompilationUnitTree unit, SourcePositions positions, List<String> faults) {
            this.unit = unit;
            this.positions = positions;
            this.faults = faults;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            long lines =
                    line(positions.getEndPosition(unit, method)) - line(positions.getStartPosition(unit, method)) + 1;
            String name = "%s: %s".formatted(unit.getSourceFile().getName(), method.getName());
            if (lines > MAX_METHOD_LINES) {
                faults.add("%s has %d lines".formatted(name, lines));
            }
            boolean constructor = method.getName().contentEquals("<init>");
            if (!constructor && method.getParameters().size() > MAX_PARAMETERS && !isRecordPart()) {
                faults.add("%s has %d parameters"
                        .formatted(name, method.getParameters().size()));
            }
            return super.visitMethod(method, null);
        }

        private boolean isRecordPart() {
            return getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
                    && type.getKind() == Tree.Kind.RECORD;
        }

        private long line(long position) {
            return position < 0 ? 0 : unit.getLineMap().getLineNumber(position);
        }
    }
}
