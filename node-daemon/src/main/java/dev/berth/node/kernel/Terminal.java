package dev.berth.node.kernel;

import dev.berth.node.host.Console.Size;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The terminal somebody sits at: while it is raw every key goes where it should, control-C too. */
public final class Terminal implements AutoCloseable {
    private static final int TERMIOS_BYTES = 128;
    private static final long TCSADRAIN = 1;

    // asm-generic/termbits.h
    private static final int IGNBRK = 0x1;
    private static final int BRKINT = 0x2;
    private static final int PARMRK = 0x8;
    private static final int ISTRIP = 0x20;
    private static final int INLCR = 0x40;
    private static final int IGNCR = 0x80;
    private static final int ICRNL = 0x100;
    private static final int IXON = 0x400;
    private static final int OPOST = 0x1;
    private static final int CSIZE = 0x30;
    private static final int CS8 = 0x30;
    private static final int PARENB = 0x100;
    private static final int ISIG = 0x1;
    private static final int ICANON = 0x2;
    private static final int ECHO = 0x8;
    private static final int ECHONL = 0x40;
    private static final int IEXTEN = 0x8000;

    private static final Fd INPUT = new Fd(0);
    private static final Libc GET = Libc.function("tcgetattr", 2);
    private static final Libc SET = Libc.function("tcsetattr", 3);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment before = arena.allocate(TERMIOS_BYTES, 8);

    private Terminal() {
        GET.call("terminal", INPUT.number(), before.address());
        MemorySegment raw = arena.allocate(TERMIOS_BYTES, 8);
        raw.copyFrom(before);
        makeRaw(raw);
        SET.call("terminal", INPUT.number(), TCSADRAIN, raw.address());
    }

    /** As cfmakeraw(3): no echo, no lines, no signals, no changes of what is typed or shown. */
    private static void makeRaw(MemorySegment termios) {
        clear(termios, 0, IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        clear(termios, 4, OPOST);
        clear(termios, 8, CSIZE | PARENB);
        termios.set(ValueLayout.JAVA_INT, 8, termios.get(ValueLayout.JAVA_INT, 8) | CS8);
        clear(termios, 12, ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    }

    private static void clear(MemorySegment termios, long offset, int bits) {
        termios.set(ValueLayout.JAVA_INT, offset, termios.get(ValueLayout.JAVA_INT, offset) & ~bits);
    }

    /** Makes standard input raw until this is closed; empty when that is no terminal. */
    public static Optional<Terminal> raw() {
        try {
            return Optional.of(new Terminal());
        } catch (SyscallException _) {
            return Optional.empty();
        }
    }

    public Size size() {
        return Terminals.size(INPUT);
    }

    @Override
    public void close() {
        SET.call("terminal", INPUT.number(), TCSADRAIN, before.address());
        arena.close();
    }
}
