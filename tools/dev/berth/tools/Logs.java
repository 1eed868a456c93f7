package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code berth logs PART [-f]}. */
final class Logs {
    private static final long TAIL_BYTES = 64 * 1024;
    private static final int BUFFER_BYTES = 8192;
    private static final long FOLLOW_MILLIS = 250;
    private static final int MAX_SENTENCE = 300;
    private static final int MAX_CAUSES = 8;

    private Logs() {}

    static int show(Settings settings, List<String> arguments, PrintStream out) {
        List<String> names = arguments.stream().filter(a -> !a.startsWith("-")).toList();
        if (names.size() != 1 || !Files.exists(settings.log(names.getFirst()))) {
            throw new Failure(Failure.USAGE, "usage: berth logs PART [-f], where PART is one of: " + known(settings));
        }
        try (RandomAccessFile file =
                new RandomAccessFile(settings.log(names.getFirst()).toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL_BYTES));
            copy(file, out);
            if (arguments.contains("-f")) {
                follow(file, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }

    private static void follow(RandomAccessFile file, PrintStream out) throws IOException {
        // until the person ends it
        while (!out.checkError()) {
            copy(file, out);
            if (!Waits.pause(FOLLOW_MILLIS)) {
                return;
            }
        }
    }

    private static void copy(RandomAccessFile file, PrintStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = file.read(buffer); n > 0; n = file.read(buffer)) {
            out.write(buffer, 0, n);
        }
        out.flush();
    }

    static String known(Settings settings) {
        try (Stream<Path> files = Files.list(settings.logs())) {
            return String.join(
                    ", ",
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".log"))
                            .map(name -> name.substring(0, name.length() - ".log".length()))
                            .sorted()
                            .toList());
        } catch (IOException e) {
            return "none yet, nothing was started";
        }
    }

    /** The last line that names an error, or the last line at all. */
    static String lastError(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL_BYTES));
            byte[] tail = new byte[(int) Math.min(TAIL_BYTES, file.length())];
            int length = file.read(tail);
            List<String> lines = new String(tail, 0, Math.max(0, length), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            // a compiler's place in a file says most, then whatever calls itself an error, then the end
            return lines.stream()
                    .filter(line -> line.contains(".java:["))
                    .findFirst()
                    .or(() -> lines.stream().filter(Logs::error).findFirst())
                    .or(() -> lines.stream().reduce((one, other) -> other))
                    .map(Logs::readable)
                    .orElse("the log is empty");
        } catch (IOException e) {
            return "there is no log";
        }
    }

    /** The last lines of a log, as they are; empty when there is none. */
    static String tail(Path log, int lines) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL_BYTES));
            byte[] end = new byte[(int) Math.min(TAIL_BYTES, file.length())];
            int length = file.read(end);
            List<String> all = new String(end, 0, Math.max(0, length), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size())) + "\n";
        } catch (IOException e) {
            return "";
        }
    }

    /** Lines that begin with a word, and of those before and after them so many; none when there is no log. */
    static List<String> around(Path log, String word, int before, int after) throws IOException {
        if (!Files.exists(log)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        BitSet wanted = new BitSet(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(word)) {
                wanted.set(Math.max(0, i - before), Math.min(lines.size(), i + 1 + after));
            }
        }
        return wanted.stream().mapToObj(lines::get).toList();
    }

    private static boolean error(String line) {
        return line.contains("ERROR") || line.startsWith("E:") || line.contains("Exception");
    }

    /** Of a JSON log line its message and that of its innermost cause; of any other line its beginning. */
    private static String readable(String line) {
        String text = line.strip();
        if (text.startsWith("{")) {
            try {
                Object event = Json.parse(text);
                String message = Json.text(event, "message").orElse(text);
                text = cause(event, 0).map(cause -> message + ": " + cause).orElse(message);
            } catch (IllegalArgumentException e) {
                // cut in the middle: the beginning must do
            }
        }
        return text.substring(0, Math.min(MAX_SENTENCE, text.length()));
    }

    private static Optional<String> cause(Object event, int depth) {
        Object holder = event instanceof Map<?, ?> map ? map.get(depth == 0 ? "exception" : "causedBy") : null;
        Object exception = depth > 0 && holder instanceof Map<?, ?> map ? map.get("exception") : holder;
        if (exception == null || depth > MAX_CAUSES) {
            return Optional.empty();
        }
        return cause(exception, depth + 1).or(() -> Json.text(exception, "message"));
    }
}
