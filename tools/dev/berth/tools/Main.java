package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;

/** {@code ./berth COMMAND}. */
public final class Main {
    private static final String USAGE = """
            usage: ./berth COMMAND

              up [--simulated]     install what is missing, build, start everything, wait until it is ready
              down                 stop what `up` started, and only that
              status               what runs, and where
              logs PART [-f]       the log of a part
              reset [--yes] [--all] stop, then remove all data (--all: downloads and images too)
              test [PART]          unit, portal, node, node-host, e2e, kill; without PART all of these; before a release: node-qemu, mutation, kill-billing [--kills N]
              bench NAME           provision, cpu, overhead, isolation, density, footprint, metering, billing [--subscriptions N]
              image build NAME     build an image (debian-12 or debian-12-cloud), sign it and register it with the running portal
              image add ARCHIVE NAME DISTRIBUTION RELEASE
                                   sign an archive from elsewhere and register it with the running portal
              image import simplestreams URL ALIAS [NAME] | oci DIRECTORY [NAME]
                                   make an image of one of others, sign it and register it
              image sign ARCHIVE NAME
                                   print an archive's signature by this instance's key
              verify BUNDLE.zip    check the bundle of an invoice: hashes, signatures, every line computed again; needs nothing that runs
              node ARGUMENTS       berthd's command line: ps, show ID, exec ID -- CMD, doctor, verify, metrics
            """;

    private Main() {}

    public static void main(String[] arguments) {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // digits of ASCII, whatever language the machine speaks
        int code;
        try {
            code = run(Arrays.asList(arguments));
        } catch (Failure e) {
            System.err.println("berth: " + e.getMessage());
            code = e.exitCode();
        } catch (IOException e) {
            System.err.println("berth: " + e.getMessage());
            code = Failure.START;
        } catch (Exception e) {
            System.err.println("berth: " + e);
            code = Failure.START;
        }
        System.exit(code);
    }

    private static int run(List<String> arguments) throws Exception {
        Settings settings = Settings.of(Path.of(System.getProperty("berth.root")), System.getenv());
        Instance instance = new Instance(settings);
        List<String> rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        PrintStream out = System.out;
        return switch (arguments.isEmpty() ? "help" : arguments.getFirst()) {
            case "up" -> new Up(instance, only(rest, "--simulated"), out).run();
            case "down" -> {
                only(rest, "");
                yield new Down(instance, new Progress(out)).run();
            }
            case "status" -> new Status(instance, out).run();
            case "logs" -> Logs.show(settings, rest, out);
            case "reset" -> reset(instance, rest, out);
            case "test" -> new Tests(instance, out).run(rest);
            case "bench" -> new Bench(instance, out).run(rest);
            case "image" -> new ImageCommand(instance, out).run(rest);
            case "verify" -> new VerifyCommand(settings).run(rest);
            case "node" -> instance.node.client(rest);
            case "help", "--help", "-h" -> {
                out.print(USAGE);
                yield arguments.isEmpty() ? Failure.USAGE : 0;
            }
            default ->
                throw new Failure(
                        Failure.USAGE, "there is no command '" + arguments.getFirst() + "'; `./berth help` lists them");
        };
    }

    /** True when the one known flag is there; anything else is a mistake. */
    private static boolean only(List<String> arguments, String flag) {
        List<String> unknown = arguments.stream().filter(a -> !a.equals(flag)).toList();
        if (!unknown.isEmpty()) {
            throw new Failure(
                    Failure.USAGE, "unknown argument '" + unknown.getFirst() + "'; `./berth help` lists them");
        }
        return arguments.contains(flag);
    }

    private static int reset(Instance instance, List<String> arguments, PrintStream out) throws Exception {
        only(arguments.stream().filter(a -> !a.equals("--all")).toList(), "--yes");
        if (!Files.isDirectory(instance.settings.variable())) {
            out.println("berth: there is nothing to reset");
            return 0;
        }
        if (!arguments.contains("--yes")) {
            out.printf(
                    "This stops everything and removes all data in %s, VPS included. Type 'reset' to go on: ",
                    instance.settings.variable());
            out.flush();
            Scanner in = new Scanner(System.in);
            if (!in.hasNextLine() || !in.nextLine().strip().equals("reset")) {
                throw new Failure(Failure.USAGE, "nothing was removed");
            }
        }
        return new Down(instance, new Progress(out)).reset(arguments.contains("--all"));
    }
}
