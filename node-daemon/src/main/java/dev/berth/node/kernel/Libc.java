package dev.berth.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * C library functions by uniform signature. Every call goes through {@code long f(long × n)} handles: integer and pointer
 * arguments travel in full registers on the 64-bit ABIs Berth runs on, and results are narrowed by the caller's kind.
 */
@SuppressWarnings("restricted")
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final String name;
    private final MethodHandle handle;

    private Libc(String name, MethodHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    /** A function that returns int, with this many arguments. */
    static Libc function(String name, int arguments) {
        return new Libc(name, bind(name, arguments, true, CAPTURE));
    }

    /** A function that returns long (ssize_t). */
    static Libc wide(String name, int arguments) {
        return new Libc(name, bind(name, arguments, false, CAPTURE));
    }

    /** A variadic function whose fixed arguments are the first {@code fixed}. */
    static Libc variadic(String name, int fixed, int arguments, boolean returnsInt) {
        return new Libc(name, bind(name, arguments, returnsInt, CAPTURE, Linker.Option.firstVariadicArg(fixed)));
    }

    private static MethodHandle bind(String name, int arguments, boolean returnsInt, Linker.Option... options) {
        MemoryLayout[] layouts = new MemoryLayout[arguments];
        Arrays.fill(layouts, ValueLayout.JAVA_LONG);
        FunctionDescriptor shape =
                FunctionDescriptor.of(returnsInt ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG, layouts);
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        MethodHandle handle = LINKER.downcallHandle(address, shape, options);
        return handle.asType(handle.type().changeReturnType(long.class))
                .asSpreader(1, long[].class, arguments)
                .asType(MethodType.methodType(long.class, MemorySegment.class, long[].class));
    }

    /** Result of the call, or a {@link SyscallException} named after {@code what} when it is negative. */
    long call(String what, long... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = (long) handle.invokeExact(state, arguments);
            if (result < 0) {
                throw new SyscallException(name + " " + what, (int) ERRNO.get(state, 0L));
            }
            return result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
    }
}
