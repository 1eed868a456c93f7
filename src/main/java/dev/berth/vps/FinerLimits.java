package dev.berth.vps;

import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.InputOutput;
import dev.berth.contract.ContextSpec.Memory;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.contract.NetworkSpec.VolumeCap;
import dev.berth.contract.NetworkSpec.Window;
import dev.berth.platform.Row;
import java.util.Optional;
import java.util.stream.Stream;

/** Limits that a plan version may have beyond the ones every plan has, as a node is told them. */
final class FinerLimits {
    /** What may be sent in the cap's window: add-ons raise that of a month. */
    static final String CAP_BYTES = " IF(pv.net_cap_window = 'MONTH', pv.net_cap_bytes + " + VpsAddOns.MORE_SENT
            + ", pv.net_cap_bytes) AS net_cap_bytes,";

    /** Of {@code plan_version pv} and {@code vps v}, each followed by a comma. */
    static final String COLUMNS = CpuPacks.CREDIT
            + " v.cpu_surplus_limit_micros, pv.cpu_tokens_min_millis, pv.cpu_interval_millis, pv.cpu_idle_share,"
            + " pv.memory_high_bytes, pv.swap_bytes, pv.io_read_bytes_per_second, pv.io_write_bytes_per_second,"
            + " pv.io_reads_per_second, pv.io_writes_per_second, pv.io_weight, pv.net_reserved_bits, pv.net_ceiling_bits,"
            + " pv.net_share, pv.net_received_bits, pv.net_cap_window, pv.net_floor_bits," + CAP_BYTES;

    private FinerLimits() {}

    static Optional<Cpu> cpu(Row row) {
        Cpu cpu = new Cpu(
                row.optionalNumber("cpu_tokens_min_millis"),
                row.optionalNumber("cpu_interval_millis"),
                row.optionalNumber("cpu_idle_share"),
                row.optionalNumber("cpu_credit_micros"),
                row.optionalNumber("cpu_surplus_limit_micros"));
        return anyPresent(
                        cpu.tokensMinMillis(),
                        cpu.intervalMillis(),
                        cpu.idleShare(),
                        cpu.creditMicros(),
                        cpu.surplusLimitMicros())
                ? Optional.of(cpu)
                : Optional.empty();
    }

    static Optional<Memory> memory(Row row) {
        Memory memory = new Memory(row.optionalNumber("memory_high_bytes"), row.optionalNumber("swap_bytes"));
        return anyPresent(memory.highBytes(), memory.swapBytes()) ? Optional.of(memory) : Optional.empty();
    }

    static Optional<InputOutput> io(Row row) {
        InputOutput io = new InputOutput(
                row.optionalNumber("io_read_bytes_per_second"),
                row.optionalNumber("io_write_bytes_per_second"),
                row.optionalNumber("io_reads_per_second"),
                row.optionalNumber("io_writes_per_second"),
                row.optionalNumber("io_weight"));
        return anyPresent(
                        io.readBytesPerSecond(),
                        io.writeBytesPerSecond(),
                        io.readsPerSecond(),
                        io.writesPerSecond(),
                        io.weight())
                ? Optional.of(io)
                : Optional.empty();
    }

    static Optional<Rates> rates(Row row) {
        Rates rates = new Rates(
                row.optionalNumber("net_reserved_bits"),
                row.optionalNumber("net_ceiling_bits"),
                row.optionalNumber("net_share"),
                row.optionalNumber("net_received_bits"));
        return anyPresent(rates.reservedBits(), rates.ceilingBits(), rates.share(), rates.receivedBits())
                ? Optional.of(rates)
                : Optional.empty();
    }

    static Optional<VolumeCap> volumeCap(Row row) {
        return row.optionalText("net_cap_window")
                .map(window -> new VolumeCap(
                        Window.valueOf(window), row.number("net_cap_bytes"), row.number("net_floor_bits")));
    }

    private static boolean anyPresent(Optional<?>... values) {
        return Stream.of(values).anyMatch(Optional::isPresent);
    }
}
