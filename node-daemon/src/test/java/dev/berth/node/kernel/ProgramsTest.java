package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.HostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgramsTest {
    private final Programs programs = new Programs();

    @Test
    void inputGoesInAndOutputComesOut() {
        assertEquals(
                "three words here", programs.check(Programs.Command.of("cat").input("three words here")));
    }

    @Test
    void argumentsAreNeverReadByAShell() {
        assertEquals("$(id) ; true\n", programs.check(Programs.Command.of("echo", "$(id) ; true")));
    }

    @Test
    void aFailureNamesTheProgramAndItsWords() {
        HostException failure = assertThrows(
                HostException.class, () -> programs.check(Programs.Command.of("ls", "/no/such/directory")));
        assertTrue(String.valueOf(failure.getMessage()).startsWith("ls /no/such/directory ended with 2: "));
    }

    @Test
    void aMissingProgramIsAFailure() {
        assertThrows(HostException.class, () -> programs.run(Programs.Command.of("no-such-program")));
    }

    @Test
    void outputIsBounded() {
        Programs.Result result = programs.run(
                Programs.Command.of("head", "-c", "100000", "/dev/zero").maxOutput(1000));
        assertEquals(0, result.exitCode());
        assertEquals(1000, result.output().length());
        assertTrue(result.truncated());
    }

    @Test
    void theDeadlineHolds() {
        long start = System.nanoTime();
        Programs.Result result = programs.run(Programs.Command.of("sleep", "60").timeout(Duration.ofMillis(100)));
        assertEquals(-1, result.exitCode());
        assertFalse(result.succeeded());
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
    }
}
