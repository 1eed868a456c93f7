package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.network.AddressFamily;
import dev.berth.network.AddressService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;

/** Gives a VPS more addresses, and takes them back one by one, while it runs. */
@ApplicationScoped
public class VpsAddresses {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final VpsService service;
    private final AddressService addresses;
    private final VpsAddOns addOns;

    VpsAddresses(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            VpsService service,
            AddressService addresses,
            VpsAddOns addOns) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.service = service;
        this.addresses = addresses;
        this.addOns = addOns;
    }

    public Operation add(Caller caller, UUID id, AddressFamily family) {
        tenancy.requireChange(caller, service.byId(id).accountId(), "VPS");
        return transactions.run(() -> service.change(
                caller, id, new Wish(Kind.ADD_ADDRESS, "desired_state = desired_state"), vps -> give(vps, family)));
    }

    private void give(Vps vps, AddressFamily family) {
        long has = vps.addresses().stream().filter(family::has).count();
        if (has >= allowed(vps, family) || vps.addresses().size() >= VpsAddOns.MOST_ADDRESSES) {
            throw Problem.conflict(
                    "too-many-addresses", "The plan and its add-ons allow no more addresses of this kind.");
        }
        if (addresses.reserveOne(vps.node().id(), vps.id(), family).isEmpty()) {
            throw Problem.conflict("no-address", "There is no address of this kind left where this VPS is.");
        }
    }

    private long allowed(Vps vps, AddressFamily family) {
        String column = switch (family) {
            case IPV4 -> "addresses_ipv4";
            case IPV6 -> "addresses_ipv6";
        };
        long ofPlan = database.number(
                "SELECT " + column + " AS n FROM plan_version WHERE id = ?",
                vps.plan().versionId());
        return ofPlan + addOns.more(vps.id(), family);
    }

    /** The first one stays: it is what its owner and its host name's records know it by. */
    public Operation remove(Caller caller, UUID id, String address) {
        tenancy.requireChange(caller, service.byId(id).accountId(), "VPS");
        return transactions.run(() -> service.change(
                caller,
                id,
                new Wish(Kind.REMOVE_ADDRESS, "desired_state = desired_state", Optional.of(address)),
                vps -> take(vps, address)));
    }

    private void take(Vps vps, String written) {
        String address = vps.addresses().stream()
                .filter(one -> same(one, written))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("address"));
        if (vps.primaryAddress().filter(address::equals).isPresent()) {
            throw Problem.conflict("primary-address", "The first address of a VPS cannot be taken away.");
        }
        addresses.releaseOne(vps.id(), address, vps.generation() + 1);
    }

    /** An IPv6 address can be written in many ways (RFC 5952). */
    private static boolean same(String address, String written) {
        try {
            return InetAddress.ofLiteral(address).equals(InetAddress.ofLiteral(written));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
